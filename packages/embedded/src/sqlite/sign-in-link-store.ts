import type { StatementSync } from 'node:sqlite';
import type { SignInLink, SignInLinkStore } from '@minoots/core';
import * as z from 'zod';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';

const Row = z.object({ id: z.string(), hash: z.string(), expires_at: z.number(), session_ms: z.number() });

const INSERT = 'INSERT INTO sign_in_links (hash, id, expires_at, session_ms) VALUES (?, ?, ?, ?)';
const DELETE = 'DELETE FROM sign_in_links WHERE hash = ?';
const PURGE = 'DELETE FROM sign_in_links WHERE expires_at <= ?';

/** Sign-in links in SQLite, hashed. Whoever takes one takes their turn with others who want the same. */
export class SqliteSignInLinkStore implements SignInLinkStore {
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #select: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#select = read.prepare('SELECT id, hash, expires_at, session_ms FROM sign_in_links WHERE hash = ?');
  }

  async insert({ id, hash, expiresAt, sessionMs }: SignInLink): Promise<void> {
    await this.#writer.write([{ sql: INSERT, rows: [[hash, id, expiresAt, sessionMs]] }]);
  }

  take(hash: string): Promise<SignInLink | null> {
    return this.#locks.run(hash, async () => {
      const row = this.#select.get(hash);
      if (row === undefined) return null;
      await this.#writer.write([{ sql: DELETE, rows: [[hash]] }]);
      const { id, expires_at: expiresAt, session_ms: sessionMs } = Row.parse(row);
      return { id, hash, expiresAt, sessionMs };
    });
  }

  async purge(now: number): Promise<void> {
    await this.#writer.write([{ sql: PURGE, rows: [[now]] }]);
  }
}
