import { existsSync, readFileSync } from 'node:fs';

const ROW = /^\|(?! *-)(.*)\|([^|]*)\|$/gm;
const PROOF = /`([^`]+)`: “([^”]+)”/g;

/**
 * What is amiss with the tables of a guide whose last column names tests, each by its file and its title: rows without
 * any, and titles that their files do not hold. A sentence each.
 */
export function missingProofs(guide) {
  const rows = [...readFileSync(guide, 'utf8').matchAll(ROW)].filter(([, , cell]) => cell.trim() !== 'tests');
  return rows.flatMap(([, said = '', cell = '']) => {
    const proofs = [...cell.matchAll(PROOF)];
    if (proofs.length === 0) return [`${guide}: no test is named for:${said.split('|')[0]}`];
    return proofs
      .filter(([, file = '', title = '']) => !holds(file, title))
      .map(([, file, title]) => `${guide}: ${file} has no test “${title}”`);
  });
}

/** Titles stand in quotes, as an argument of their own. */
function holds(file, title) {
  return existsSync(file) && readFileSync(file, 'utf8').includes(`'${title}'`);
}
