import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryId } from '@minoots/contract';
import * as z from 'zod';
import type { Attempt, JobOutcome } from '../board/job-board.ts';

/** An attempt that this runner took and has not settled with the board. */
export interface JournalEntry {
  readonly attempt: Attempt;
  /** Null: it was under way when last heard of. */
  readonly outcome: JobOutcome | null;
}

/**
 * What a runner owes its board, in a file per job, so that one that is killed can tell after its next start. A file is
 * there as a whole or not at all.
 */
export interface Journal {
  /** Notes an attempt before it begins. */
  begin(attempt: Attempt): Promise<void>;
  /** Notes how it went, durably. */
  finish(attempt: Attempt, outcome: JobOutcome): Promise<void>;
  /** Nothing is owed for the job any more. */
  forget(attempt: Attempt): Promise<void>;
  /** All that is owed. */
  read(): Promise<JournalEntry[]>;
}

const Entry = z.object({
  attempt: z.object({ id: DeliveryId, attempt: z.int() }),
  outcome: z
    .object({
      outcome: z.enum(['succeeded', 'failed', 'refused']),
      durationMs: z.number(),
      exitCode: z.int().nullable(),
      error: z.string().nullable(),
      outputTail: z.string(),
    })
    .nullable(),
});
const SUFFIX = '.json';

/** The journal in a folder, which is made when it is missing. */
export async function openJournal(folder: string): Promise<Journal> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fileOf = ({ id }: Attempt) => join(folder, `${id}${SUFFIX}`);
  const write = async (entry: JournalEntry, durable: boolean) => {
    const draft = join(folder, `${randomUUID()}.new`);
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(entry));
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, fileOf(entry.attempt));
  };
  return {
    // Not durably: after a crash of the machine the lease runs out all the same, only later.
    begin: (attempt) => write({ attempt, outcome: null }, false),
    finish: (attempt, outcome) => write({ attempt, outcome }, true),
    forget: (attempt) => rm(fileOf(attempt), { force: true }),
    read: async () => {
      const names = await readdir(folder);
      const entries = await Promise.all(names.map((name) => readEntry(join(folder, name))));
      return entries.filter((entry) => entry !== null);
    },
  };
}

/** Null for what a crash left half-way, which goes. */
async function readEntry(path: string): Promise<JournalEntry | null> {
  try {
    if (path.endsWith(SUFFIX)) return Entry.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // As good as none.
  }
  await rm(path, { force: true });
  return null;
}
