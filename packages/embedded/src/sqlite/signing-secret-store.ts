import type { StatementSync } from 'node:sqlite';
import { generateSigningSecret, type SigningSecretStore } from '@minoots/core';
import type { Database } from './database.ts';
import type { Writer } from './writer.ts';

const INSERT = 'INSERT INTO signing_secrets (team_id, secret) VALUES (?, ?)';

/** Signing secrets in SQLite; a team's first is made when it is first asked for. */
export class SqliteSigningSecretStore implements SigningSecretStore {
  readonly #writer: Writer;
  readonly #select: StatementSync;
  readonly #known = new Map<string, Promise<readonly string[]>>();

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#select = read.prepare('SELECT secret FROM signing_secrets WHERE team_id = ? ORDER BY seq DESC');
  }

  forTeam(teamId: string): Promise<readonly string[]> {
    const known = this.#known.get(teamId);
    if (known !== undefined) return known;
    const secrets = this.#readOrMake(teamId);
    this.#known.set(teamId, secrets);
    // A failure is told to those who wait for it and tried again by the next who asks.
    secrets.catch(() => this.#known.delete(teamId));
    return secrets;
  }

  async #readOrMake(teamId: string): Promise<readonly string[]> {
    const stored = this.#read(teamId);
    if (stored.length > 0) return stored;
    const secret = generateSigningSecret();
    await this.#writer.write([{ sql: INSERT, rows: [[teamId, secret]] }]);
    return [secret];
  }

  #read(teamId: string): string[] {
    return this.#select.all(teamId).map((row) => String(row.secret));
  }
}
