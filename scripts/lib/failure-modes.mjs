import { existsSync, readFileSync } from 'node:fs';

const COMPLAINTS = 17;
const ROW = /^\| (\d+) \|.*\|([^|]*)\|$/gm;

/**
 * What is amiss with the table of a guide that lists complaints with their tests: numbers that it lacks, and tests whose
 * titles do not name their number. A sentence each.
 */
export function unnamedFailures(guide) {
  const rows = new Map(
    [...readFileSync(guide, 'utf8').matchAll(ROW)].map(([, number, cell]) => [Number(number), filesIn(cell)]),
  );
  return Array.from({ length: COMPLAINTS }, (_, index) => index + 1).flatMap((number) => {
    const files = rows.get(number) ?? [];
    if (files.length === 0) return [`${guide}: complaint ${number} has no tests`];
    return files
      .filter((file) => !names(file, number))
      .map((file) => `${guide}: no title in ${file} names complaint ${number}`);
  });
}

function filesIn(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => file);
}

/** Titles end in `(complaint 9)`, or in `(complaints 10 and 13)`. */
function names(file, number) {
  if (!existsSync(file)) return false;
  const titles = readFileSync(file, 'utf8').matchAll(/\(complaints? ([\d, and]+)\)/g);
  return [...titles].some(([, numbers]) => numbers.match(/\d+/g).map(Number).includes(number));
}
