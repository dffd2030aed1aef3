import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type ClaimOutcome,
  IDEMPOTENCY_CLAIM_MS,
  IDEMPOTENCY_TTL_MS,
  type IdempotencyClaim,
  type IdempotencyStore,
  type RecordedAnswer,
} from '@minoots/core';
import type { GroupCommit } from './group-commit.ts';

/** First answers by idempotency key, in SQLite. */
export class SqliteIdempotencyStore implements IdempotencyStore {
  readonly #commits: GroupCommit;
  readonly #select: StatementSync;
  readonly #claim: StatementSync;
  readonly #answer: StatementSync;
  readonly #release: StatementSync;
  readonly #purge: StatementSync;

  constructor(db: DatabaseSync, commits: GroupCommit) {
    this.#commits = commits;
    this.#select = db.prepare(
      'SELECT fingerprint, claimed_at, status, body FROM idempotency WHERE team_id = ? AND key = ?',
    );
    this.#claim = db.prepare(
      'INSERT OR REPLACE INTO idempotency (team_id, key, fingerprint, claimed_at, status, body) VALUES (?, ?, ?, ?, NULL, NULL)',
    );
    this.#answer = db.prepare(
      'UPDATE idempotency SET status = ?, body = ? WHERE team_id = ? AND key = ? AND fingerprint = ?',
    );
    this.#release = db.prepare(
      'DELETE FROM idempotency WHERE team_id = ? AND key = ? AND fingerprint = ? AND status IS NULL',
    );
    this.#purge = db.prepare('DELETE FROM idempotency WHERE claimed_at <= ?');
  }

  claim(claim: IdempotencyClaim): Promise<ClaimOutcome> {
    return this.#commits.run(() => this.#claimNow(claim));
  }

  async answer(
    { teamId, key, fingerprint }: IdempotencyClaim,
    { status, body }: RecordedAnswer,
  ): Promise<void> {
    await this.#commits.run(() => this.#answer.run(status, body, teamId, key, fingerprint));
  }

  async release({ teamId, key, fingerprint }: IdempotencyClaim): Promise<void> {
    await this.#commits.run(() => this.#release.run(teamId, key, fingerprint));
  }

  async purge(now: number): Promise<void> {
    await this.#commits.run(() => this.#purge.run(now - IDEMPOTENCY_TTL_MS));
  }

  #claimNow({ teamId, key, fingerprint, now }: IdempotencyClaim): ClaimOutcome {
    const row = this.#select.get(teamId, key);
    const ageMs = row === undefined ? Number.POSITIVE_INFINITY : now - Number(row.claimed_at);
    if (row !== undefined && ageMs < IDEMPOTENCY_TTL_MS) {
      if (row.fingerprint !== fingerprint) return { type: 'mismatch' };
      if (row.status !== null) {
        return { type: 'answered', answer: { status: Number(row.status), body: String(row.body) } };
      }
      if (ageMs < IDEMPOTENCY_CLAIM_MS) return { type: 'in-flight' };
    }
    this.#claim.run(teamId, key, fingerprint, now);
    return { type: 'claimed' };
  }
}
