import type { SQLInputValue } from 'node:sqlite';

/** One statement, run once for each row of parameters. */
export interface Write {
  sql: string;
  rows: SQLInputValue[][];
}

/** Writes that take effect together or not at all. */
export interface WriteUnit {
  id: number;
  writes: Write[];
}

/** What became of a unit: how many rows each run changed, or why its group could not be committed. */
export type WriteOutcome = { id: number; changes: number[][] } | { id: number; error: string };

export interface WriterSettings {
  path: string;
}
