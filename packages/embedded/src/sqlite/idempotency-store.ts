import type { StatementSync } from 'node:sqlite';
import {
  type ClaimOutcome,
  IDEMPOTENCY_CLAIM_MS,
  IDEMPOTENCY_TTL_MS,
  type IdempotencyClaim,
  type IdempotencyStore,
  type RecordedAnswer,
} from '@minoots/core';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';

const CLAIM =
  'INSERT OR REPLACE INTO idempotency (team_id, key, fingerprint, claimed_at, status, body) VALUES (?, ?, ?, ?, NULL, NULL)';
const ANSWER =
  'UPDATE idempotency SET status = ?, body = ? WHERE team_id = ? AND key = ? AND fingerprint = ?';
const RELEASE =
  'DELETE FROM idempotency WHERE team_id = ? AND key = ? AND fingerprint = ? AND status IS NULL';
const RELEASE_ALL = 'DELETE FROM idempotency WHERE status IS NULL';
const PURGE = 'DELETE FROM idempotency WHERE claimed_at <= ?';

/** First answers by idempotency key, in SQLite. */
export class SqliteIdempotencyStore implements IdempotencyStore {
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #select: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#select = read.prepare(
      'SELECT fingerprint, claimed_at, status, body FROM idempotency WHERE team_id = ? AND key = ?',
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

  async answer(
    { teamId, key, fingerprint }: IdempotencyClaim,
    { status, body }: RecordedAnswer,
  ): Promise<void> {
    await this.#writer.write([{ sql: ANSWER, rows: [[status, body, teamId, key, fingerprint]] }]);
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
    if (row.status !== null) {
      return { type: 'answered', answer: { status: Number(row.status), body: String(row.body) } };
    }
    return ageMs < IDEMPOTENCY_CLAIM_MS ? { type: 'in-flight' } : null;
  }
}
