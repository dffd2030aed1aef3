import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type Endpoint,
  type EndpointDecision,
  type EndpointFilter,
  type EndpointKey,
  type EndpointPage,
  type EndpointStatus,
  type EndpointStore,
  InvalidPosition,
  type LookPage,
  type LookRange,
  lookAt,
} from '@minoots/core';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';

const PUT = 'INSERT OR REPLACE INTO endpoints (team_id, id, status, look_at, doc) VALUES (?, ?, ?, ?, ?)';
const DELETE = 'DELETE FROM endpoints WHERE team_id = ? AND id = ?';

/** What is known of endpoints, a row each. The main thread alone decides, with a lock for each endpoint. */
export class SqliteEndpointStore implements EndpointStore {
  readonly #read: DatabaseSync;
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #select: StatementSync;
  readonly #toLookAt: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#read = read;
    this.#writer = writer;
    this.#select = read.prepare('SELECT doc FROM endpoints WHERE team_id = ? AND id = ?');
    this.#toLookAt = read.prepare(
      `SELECT team_id, id, look_at FROM endpoints
       WHERE look_at IS NOT NULL AND (look_at, id) > (?, ?) AND look_at <= ? ORDER BY look_at, id LIMIT ?`,
    );
  }

  async glance(key: EndpointKey): Promise<EndpointStatus | null> {
    return this.#find(key)?.status ?? null;
  }

  update<R>(key: EndpointKey, decide: (endpoint: Endpoint | null) => EndpointDecision<R>): Promise<R> {
    return this.#locks.run(`${key.teamId}\n${key.endpointId}`, async () => {
      const { save, remove, result } = decide(this.#find(key));
      if (save !== undefined) await this.#writer.write([{ sql: PUT, rows: [toRow(save)] }]);
      else if (remove === true)
        await this.#writer.write([{ sql: DELETE, rows: [[key.teamId, key.endpointId]] }]);
      return result;
    });
  }

  async get(key: EndpointKey): Promise<Endpoint | null> {
    return this.#find(key);
  }

  async list(
    teamId: string,
    { status }: EndpointFilter,
    limit: number,
    after?: string,
  ): Promise<EndpointPage> {
    if (after !== undefined && !/^end_\w{1,64}$/.test(after))
      throw new InvalidPosition(`${after} is not a position in the endpoints`);
    const rows = this.#read
      .prepare(
        `SELECT id, doc FROM endpoints WHERE team_id = ? AND id > ?${status === undefined ? '' : ' AND status = ?'}
         ORDER BY id LIMIT ?`,
      )
      .all(teamId, after ?? '', ...(status === undefined ? [] : [status]), limit + 1);
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? String(page.at(-1)?.id) : null;
    return { endpoints: page.map((row) => fromDoc(row.doc)), next };
  }

  async listToLookAt({ until, limit, after }: LookRange): Promise<LookPage> {
    const [, at, id] = /^(-?\d+)\.(\w*)$/.exec(after ?? '-1.') ?? [];
    if (at === undefined || id === undefined)
      throw new InvalidPosition(`${after} is not a position in the endpoints to look after`);
    const rows = this.#toLookAt.all(Number(at), id, until, limit);
    const last = rows.at(-1);
    return {
      keys: rows.map((row) => ({ teamId: String(row.team_id), endpointId: String(row.id) })),
      next: last === undefined || rows.length < limit ? null : `${last.look_at}.${last.id}`,
    };
  }

  #find({ teamId, endpointId }: EndpointKey): Endpoint | null {
    const row = this.#select.get(teamId, endpointId);
    return row === undefined ? null : fromDoc(row.doc);
  }
}

function toRow(endpoint: Endpoint): (string | number | null)[] {
  const { teamId, id, status } = endpoint;
  return [teamId, id, status, lookAt(endpoint), JSON.stringify(endpoint)];
}

/** Documents are written by `toRow` alone and migrated with the schema. */
function fromDoc(doc: unknown): Endpoint {
  if (typeof doc !== 'string') throw new Error('an endpoint row has no document');
  return JSON.parse(doc);
}
