import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** One line of a table: columns by name. Numbers keep their full precision in the JSON. */
export type Row = Readonly<Record<string, string | number | null>>;

/** Prints the rows as a table, and writes them as JSON to `jsonFile` when given (`-`: to standard output instead of the table). */
export function report(
  scenario: string,
  options: object,
  rows: readonly Row[],
  jsonFile: string | undefined,
): void {
  const document = {
    scenario,
    at: new Date().toISOString(),
    node: process.version,
    cpus: availableParallelism(),
    options,
    rows,
  };
  const json = JSON.stringify(document, null, 2);
  if (jsonFile === '-') {
    console.log(json);
    return;
  }
  console.log(`\n${table(rows)}\n`);
  if (jsonFile === undefined) return;
  writeFileSync(jsonFile, `${json}\n`);
  console.log(`JSON: ${jsonFile}`);
}

/** Lays rows out in aligned columns; numbers to the right. */
export function table(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => display(row[column])));
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...cells.map((line) => line[i]?.length ?? 0)),
  );
  const numeric = columns.map((column) => rows.some((row) => typeof row[column] === 'number'));
  const layOut = (line: readonly string[]) =>
    line
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [layOut(columns), layOut(widths.map((width) => '-'.repeat(width))), ...cells.map(layOut)].join('\n');
}

function display(value: Row[string] | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (typeof value === 'string') return value;
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
}
