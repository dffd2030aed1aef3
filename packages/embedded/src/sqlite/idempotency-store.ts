import type { StatementSync } from 'node:sqlite';
import {
  type ClaimOutcome,
  IDEMPOTENCY_CLAIM_MS,
  IDEMPOTENCY_TTL_MS,
  type IdempotencyClaim,
  type IdempotencyStore,
  type RecordedAnswer,
} from '@minoots/core';
import * as z from 'zod';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';

const Answer = z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });

const CLAIM =
  'INSERT OR REPLACE INTO idempotency (team_id, key, fingerprint, claimed_at, answer) VALUES (?, ?, ?, ?, NULL)';
const ANSWER = 'UPDATE idempotency SET answer = ? WHERE team_id = ? AND key = ? AND fingerprint = ?';
const RELEASE =
  'DELETE FROM idempotency WHERE team_id = ? AND key = ? AND fingerprint = ? AND answer IS NULL';
const RELEASE_ALL = 'DELETE FROM idempotency WHERE answer IS NULL';
const PURGE = 'DELETE FROM idempotency WHERE claimed_at <= ?';

/** First answers by idempotency key, in SQLite. */
export class SqliteIdempotencyStore implements IdempotencyStore {
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #select: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#select = read.prepare(
      'SELECT fingerprint, claimed_at, answer FROM idempotency WHERE team_id = ? AND key = ?',
    );
  }

  claim(claim: IdempotencyClaim): Promise<ClaimOutcome> {
    const { teamId, key, fingerprint, now } = claim;
    return this.#locks.run(`${teamId}\n${key}`, async () => {
      const known = this.#known(claim);
      if (known !== null) return known;
      await this.#writer.write([{ sql: CLAIM, rows: [[teamId, key, fingerprint, now]] }]);
      return { type: 'claimed' };
    });
  }

  async answer({ teamId, key, fingerprint }: IdempotencyClaim, answer: RecordedAnswer): Promise<void> {
    await this.#writer.write([{ sql: ANSWER, rows: [[JSON.stringify(answer), teamId, key, fingerprint]] }]);
  }

  async release({ teamId, key, fingerprint }: IdempotencyClaim): Promise<void> {
    await this.#writer.write([{ sql: RELEASE, rows: [[teamId, key, fingerprint]] }]);
  }

  /** Gives up the claims of a process before this one: nobody answers them any more, and the requests may come again. */
  async releaseAbandoned(): Promise<void> {
    await this.#writer.write([{ sql: RELEASE_ALL, rows: [[]] }]);
  }

  async purge(now: number): Promise<void> {
    await this.#writer.write([{ sql: PURGE, rows: [[now - IDEMPOTENCY_TTL_MS]] }]);
  }

  /** What is known of the key that keeps it from being claimed; null when nothing does. */
  #known({ teamId, key, fingerprint, now }: IdempotencyClaim): ClaimOutcome | null {
    const row = this.#select.get(teamId, key);
    if (row === undefined) return null;
    const ageMs = now - Number(row.claimed_at);
    if (ageMs >= IDEMPOTENCY_TTL_MS) return null;
    if (row.fingerprint !== fingerprint) return { type: 'mismatch' };
    if (row.answer !== null) {
      return { type: 'answered', answer: Answer.parse(JSON.parse(String(row.answer))) };
    }
    return ageMs < IDEMPOTENCY_CLAIM_MS ? { type: 'in-flight' } : null;
  }
}
