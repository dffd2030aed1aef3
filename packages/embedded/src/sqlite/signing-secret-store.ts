import type { StatementSync } from 'node:sqlite';
import {
  createRandom,
  generateSigningSecret,
  inForce,
  type OpenSigningSecret,
  type SigningSecretBox,
  type SigningSecretDecision,
  type SigningSecretEntry,
  type SigningSecretStore,
} from '@minoots/core';
import { writeOf } from './audit-log.ts';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';
import type { Write } from './writer-protocol.ts';

const INSERT =
  'INSERT INTO signing_secrets (team_id, secret, id, made_at, works_until) VALUES (?, ?, ?, ?, ?)';
const CHANGE = 'UPDATE signing_secrets SET works_until = ? WHERE team_id = ? AND id = ?';
const DELETE = 'DELETE FROM signing_secrets WHERE team_id = ? AND id = ?';

/** Signing secrets in SQLite, a row each, sealed; a team's first is made when it is first asked for. */
export class SqliteSigningSecretStore implements SigningSecretStore {
  readonly #writer: Writer;
  readonly #box: SigningSecretBox;
  readonly #locks = new KeyedLock();
  readonly #select: StatementSync;
  readonly #random = createRandom();
  /** Opened: webhooks are signed too often to open one for each. */
  readonly #known = new Map<string, Promise<readonly OpenSigningSecret[]>>();

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>, box: SigningSecretBox) {
    this.#writer = writer;
    this.#box = box;
    this.#select = read.prepare(
      'SELECT secret, id, made_at, works_until FROM signing_secrets WHERE team_id = ? ORDER BY seq DESC',
    );
  }

  async forTeam(teamId: string, now: number): Promise<readonly string[]> {
    return inForce(await this.#remember(teamId, now), now).map(({ secret }) => secret);
  }

  update<R>(
    teamId: string,
    decide: (entries: readonly SigningSecretEntry[]) => SigningSecretDecision<R>,
  ): Promise<R> {
    return this.#locks.run(teamId, async () => {
      const before = this.#select.all(teamId).map(toEntry);
      const { entries, secret, notes = [], result } = decide(before);
      const changes = entries === undefined ? [] : this.#changes(teamId, before, entries, secret);
      const writes = [...changes, writeOf(teamId, notes)].filter(({ rows }) => rows.length > 0);
      if (writes.length > 0) await this.#writer.write(writes);
      this.#known.delete(teamId);
      return result;
    });
  }

  #changes(
    teamId: string,
    before: readonly SigningSecretEntry[],
    entries: readonly SigningSecretEntry[],
    secret: string | undefined,
  ): Write[] {
    const isKnown = ({ id }: SigningSecretEntry) => before.some((known) => known.id === id);
    const gone = before.filter(({ id }) => !entries.some((entry) => entry.id === id));
    const added = entries.filter((entry) => !isKnown(entry)).map((entry) => this.#row(teamId, entry, secret));
    const kept = entries.filter(isKnown).map(({ id, worksUntil }) => [worksUntil, teamId, id]);
    return [
      { sql: DELETE, rows: gone.map(({ id }) => [teamId, id]) },
      { sql: CHANGE, rows: kept },
      { sql: INSERT, rows: added },
    ];
  }

  #remember(teamId: string, now: number): Promise<readonly OpenSigningSecret[]> {
    const known = this.#known.get(teamId);
    if (known !== undefined) return known;
    const secrets = this.#locks.run(teamId, () => this.#readOrMake(teamId, now));
    this.#known.set(teamId, secrets);
    // A failure is told to those who wait for it and tried again by the next who asks.
    secrets.catch(() => {
      if (this.#known.get(teamId) === secrets) this.#known.delete(teamId);
    });
    return secrets;
  }

  async #readOrMake(teamId: string, now: number): Promise<readonly OpenSigningSecret[]> {
    const rows = this.#select.all(teamId);
    if (rows.length > 0) {
      const stored = rows.map((row) => ({ stored: String(row.secret), ...toEntry(row) }));
      return this.#box.openAll(teamId, stored);
    }
    const secret = generateSigningSecret();
    const entry = { id: `sgn_${this.#random.id()}`, madeAt: now, worksUntil: null };
    await this.#writer.write([{ sql: INSERT, rows: [this.#row(teamId, entry, secret)] }]);
    return [{ secret, worksUntil: null }];
  }

  #row(teamId: string, { id, madeAt, worksUntil }: SigningSecretEntry, secret: string | undefined) {
    if (secret === undefined) throw new Error(`the signing secret ${id} is new and has no value`);
    return [teamId, this.#box.seal(teamId, secret), id, madeAt, worksUntil];
  }
}

function toEntry(row: Record<string, unknown>): SigningSecretEntry {
  const { id, made_at: madeAt, works_until: worksUntil } = row;
  return {
    id: String(id),
    madeAt: Number(madeAt),
    worksUntil: worksUntil === null ? null : Number(worksUntil),
  };
}
