import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SharePermission } from '@minoots/contract';
import {
  InvalidPosition,
  MAX_SHARES,
  type Share,
  type SharePage,
  type ShareStore,
  type TimerKey,
} from '@minoots/core';
import * as z from 'zod';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';

const COLUMNS = 'owner_team_id, timer_id, guest_team_id, permissions, shared_by, shared_at';
const PUT = `INSERT INTO shares (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (owner_team_id, timer_id, guest_team_id) DO UPDATE SET
  permissions = excluded.permissions, shared_by = excluded.shared_by, shared_at = excluded.shared_at`;
const DELETE = 'DELETE FROM shares WHERE owner_team_id = ? AND timer_id = ? AND guest_team_id = ?';

const Row = z
  .object({
    owner_team_id: z.string(),
    timer_id: z.string(),
    guest_team_id: z.string(),
    permissions: z
      .string()
      .transform((text) => text.split(' '))
      .pipe(z.array(SharePermission)),
    shared_by: z.string(),
    shared_at: z.number(),
  })
  .transform(
    (row): Share => ({
      ownerTeamId: row.owner_team_id,
      timerId: row.timer_id,
      guestTeamId: row.guest_team_id,
      permissions: row.permissions,
      sharedBy: row.shared_by,
      sharedAt: row.shared_at,
    }),
  );

/** Shares in SQLite, a row each. Changes of a timer's shares take their turns, so that its limit holds. */
export class SqliteShareStore implements ShareStore {
  readonly #read: DatabaseSync;
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #ofTimer: StatementSync;
  readonly #withGuest: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#read = read;
    this.#writer = writer;
    this.#ofTimer = read.prepare(
      `SELECT ${COLUMNS} FROM shares WHERE owner_team_id = ? AND timer_id = ? ORDER BY guest_team_id`,
    );
    this.#withGuest = read.prepare(
      `SELECT ${COLUMNS} FROM shares WHERE guest_team_id = ? AND timer_id = ? ORDER BY owner_team_id`,
    );
  }

  put(share: Share): Promise<'stored' | 'too-many'> {
    const { ownerTeamId, timerId, guestTeamId, permissions, sharedBy, sharedAt } = share;
    return this.#locks.run(`${ownerTeamId}\n${timerId}`, async () => {
      const held = await this.listOf({ teamId: ownerTeamId, timerId });
      const isKnown = held.some((other) => other.guestTeamId === guestTeamId);
      if (!isKnown && held.length >= MAX_SHARES) return 'too-many';
      const row = [ownerTeamId, timerId, guestTeamId, permissions.join(' '), sharedBy, sharedAt];
      await this.#writer.write([{ sql: PUT, rows: [row] }]);
      return 'stored';
    });
  }

  remove({ teamId, timerId }: TimerKey, guestTeamId: string): Promise<Share | null> {
    return this.#locks.run(`${teamId}\n${timerId}`, async () => {
      const held = await this.listOf({ teamId, timerId });
      const share = held.find((other) => other.guestTeamId === guestTeamId) ?? null;
      if (share !== null) await this.#writer.write([{ sql: DELETE, rows: [[teamId, timerId, guestTeamId]] }]);
      return share;
    });
  }

  async listOf({ teamId, timerId }: TimerKey): Promise<Share[]> {
    return this.#ofTimer.all(teamId, timerId).map((row) => Row.parse(row));
  }

  async find(guestTeamId: string, timerId: string): Promise<Share[]> {
    return this.#withGuest.all(guestTeamId, timerId).map((row) => Row.parse(row));
  }

  async listFor(guestTeamId: string, limit: number, after?: string): Promise<SharePage> {
    if (after !== undefined && !/^\d{1,15}\.\d{1,15}$/.test(after))
      throw new InvalidPosition(`${after} is not a position in the shares`);
    const [at, seq] = (after ?? `${Number.MAX_SAFE_INTEGER}.0`).split('.').map(Number);
    const rows = this.#read
      .prepare(
        `SELECT seq, ${COLUMNS} FROM shares WHERE guest_team_id = ? AND (shared_at, seq) < (?, ?)
         ORDER BY shared_at DESC, seq DESC LIMIT ?`,
      )
      .all(guestTeamId, at ?? 0, seq ?? 0, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      shares: page.map((row) => Row.parse(row)),
      next: last === undefined ? null : `${last.shared_at}.${last.seq}`,
    };
  }
}
