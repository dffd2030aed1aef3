import cliTruncate from 'cli-truncate';
import pc from 'picocolors';
import stringWidth from 'string-width';

const GAP = '  ';
const MAX_CELL = 96;

/**
 * Rows in aligned columns under their headings. Widths count what a terminal shows: wide characters are two, colours none.
 * Cells are cut at 96 columns.
 */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cliTruncate(cell, MAX_CELL)));
  const widths = headings.map((heading, column) =>
    Math.max(stringWidth(heading), ...cells.map((row) => stringWidth(row[column] ?? ''))),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join(GAP)
      .trimEnd();
  return [pc.bold(line(headings)), ...cells.map(line)].join('\n');
}

/** Names and values below each other; those without a value are left out. */
export function renderFields(fields: readonly (readonly [name: string, value: string | null])[]): string {
  const shown = fields.filter((field): field is readonly [string, string] => field[1] !== null);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${pc.dim(name.padEnd(width))}${GAP}${value}`).join('\n');
}
