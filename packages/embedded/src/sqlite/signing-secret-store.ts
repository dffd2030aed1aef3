import { randomBytes } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SigningSecretStore } from '@minoots/core';
import type { GroupCommit } from './group-commit.ts';

const SECRET_BYTES = 32;

/** Signing secrets in SQLite; a team's first is made when it is first asked for. */
export class SqliteSigningSecretStore implements SigningSecretStore {
  readonly #commits: GroupCommit;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #known = new Map<string, readonly string[]>();

  constructor(db: DatabaseSync, commits: GroupCommit) {
    this.#commits = commits;
    this.#select = db.prepare('SELECT secret FROM signing_secrets WHERE team_id = ? ORDER BY seq DESC');
    this.#insert = db.prepare('INSERT INTO signing_secrets (team_id, secret) VALUES (?, ?)');
  }

  async forTeam(teamId: string): Promise<readonly string[]> {
    const known = this.#known.get(teamId);
    if (known !== undefined) return known;
    const secrets = await this.#commits.run(() => {
      const stored = this.#read(teamId);
      if (stored.length > 0) return stored;
      this.#insert.run(teamId, `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`);
      return this.#read(teamId);
    });
    this.#known.set(teamId, secrets);
    return secrets;
  }

  #read(teamId: string): string[] {
    return this.#select.all(teamId).map((row) => String(row.secret));
  }
}
