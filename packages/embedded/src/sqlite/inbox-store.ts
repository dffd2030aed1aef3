import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type Acknowledged,
  type Acknowledgement,
  acknowledge,
  Bell,
  type InboxFilter,
  type InboxKey,
  type InboxPage,
  type InboxStore,
  type InboxWatch,
  InvalidPosition,
  isIn,
  type Message,
  type MessageInsert,
  type MessageKey,
} from '@minoots/core';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';
import type { Write } from './writer-protocol.ts';

const INSERT = `INSERT INTO messages (team_id, id, to_agent, settled_at, expires_at, doc) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (id, team_id) DO NOTHING`;
const UPDATE = 'UPDATE messages SET settled_at = ?, doc = ? WHERE id = ? AND team_id = ?';
const ACKNOWLEDGE =
  'INSERT INTO message_acks (message_id, team_id, agent_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
const PURGE = 'DELETE FROM messages WHERE expires_at <= ?';

/** Inboxes in SQLite, a row per message. Changes of a message take their turns. */
export class SqliteInboxStore implements InboxStore {
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  /** Inserts under way, by inbox. */
  readonly #coming = new Map<string, number>();
  readonly #watches = new Set<{ inbox: InboxKey; bell: Bell }>();
  readonly #read: DatabaseSync;
  readonly #select: StatementSync;
  readonly #selectAck: StatementSync;
  readonly #countWaiting: StatementSync;
  #closed = false;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#read = read;
    this.#writer = writer;
    this.#select = read.prepare('SELECT doc FROM messages WHERE id = ? AND team_id = ?');
    this.#selectAck = read.prepare(
      'SELECT 1 FROM message_acks WHERE message_id = ? AND team_id = ? AND agent_id = ?',
    );
    this.#countWaiting = read.prepare(
      `SELECT count(*) AS waiting FROM messages
       WHERE team_id = ? AND to_agent IS ? AND settled_at IS NULL AND expires_at > ?`,
    );
  }

  insert(message: Message, limit: number): Promise<MessageInsert> {
    const key = { teamId: message.teamId, messageId: message.id };
    return this.#locks.run(nameOf(key), async () => {
      const existing = this.#find(key);
      if (existing !== null) return { type: 'exists', existing };
      const inbox = JSON.stringify([message.teamId, message.toAgent]);
      if (this.#isFull(message, inbox, limit)) return { type: 'full' };
      this.#coming.set(inbox, (this.#coming.get(inbox) ?? 0) + 1);
      try {
        await this.#writer.write([{ sql: INSERT, rows: [toRow(message)] }]);
      } finally {
        const others = (this.#coming.get(inbox) ?? 1) - 1;
        if (others === 0) this.#coming.delete(inbox);
        else this.#coming.set(inbox, others);
      }
      this.#ring(message);
      return { type: 'inserted' };
    });
  }

  async get(key: MessageKey): Promise<Message | null> {
    return this.#find(key);
  }

  async list({ teamId, agentId }: InboxKey, filter: InboxFilter): Promise<InboxPage> {
    const ofTeam = { sql: 'to_agent IS NULL', values: [] };
    const parts =
      agentId === null
        ? [ofTeam]
        : [{ sql: 'to_agent = ?', values: [agentId] }, unread(agentId, filter, ofTeam)];
    // Each part by itself, so that the index of what waits is enough for both.
    const rows = parts.flatMap((part) => this.#rows(teamId, part, filter));
    rows.sort((one, other) => one.seq - other.seq);
    const page = rows.slice(0, filter.limit);
    const next = rows.length > filter.limit ? String(page.at(-1)?.seq) : null;
    return { messages: page.map(({ doc }) => fromDoc(doc)), next };
  }

  acknowledge(key: MessageKey, acknowledgement: Acknowledgement): Promise<Acknowledged | null> {
    const { teamId, messageId } = key;
    const { agentId, at } = acknowledgement;
    return this.#locks.run(nameOf(key), async () => {
      const current = this.#find(key);
      if (current === null || !isIn(current, agentId) || current.expiresAt <= at) return null;
      const hasBefore = agentId !== null && this.#selectAck.get(messageId, teamId, agentId) !== undefined;
      if (current.acknowledgedAt !== null || hasBefore) return { message: current, isNew: false };
      const message = acknowledge(current, acknowledgement, hasBefore);
      const writes: Write[] = [
        { sql: UPDATE, rows: [[message.acknowledgedAt, JSON.stringify(message), messageId, teamId]] },
      ];
      if (agentId !== null && current.toAgent === null)
        writes.push({ sql: ACKNOWLEDGE, rows: [[messageId, teamId, agentId]] });
      await this.#writer.write(writes);
      return { message, isNew: true };
    });
  }

  async watch(inbox: InboxKey): Promise<InboxWatch> {
    const watch = { inbox, bell: new Bell() };
    this.#watches.add(watch);
    if (this.#closed) watch.bell.close();
    return {
      arrivals: watch.bell,
      close: () => {
        this.#watches.delete(watch);
        watch.bell.close();
      },
    };
  }

  /** Removes what has expired. */
  async purge(now: number): Promise<void> {
    await this.#writer.write([{ sql: PURGE, rows: [[now]] }]);
  }

  /** Ends every watch, those to come included. */
  close(): void {
    this.#closed = true;
    for (const { bell } of this.#watches) bell.close();
  }

  #rows(teamId: string, part: Clause, { all, now, limit, after = '0' }: InboxFilter): Row[] {
    if (!/^\d{1,15}$/.test(after)) throw new InvalidPosition(`${after} is not a position in an inbox`);
    return this.#read
      .prepare(
        `SELECT seq, doc FROM messages WHERE team_id = ? AND ${part.sql} ${all ? '' : 'AND settled_at IS NULL'}
         AND seq > ? AND expires_at > ? ORDER BY seq LIMIT ?`,
      )
      .all(teamId, ...part.values, Number(after), now, limit + 1)
      .map(({ seq, doc }) => ({ seq: Number(seq), doc }));
  }

  #find({ messageId, teamId }: MessageKey): Message | null {
    const row = this.#select.get(messageId, teamId);
    return row === undefined ? null : fromDoc(row.doc);
  }

  /** Whether an inbox has no room, counting the inserts under way. */
  #isFull({ teamId, toAgent, createdAt }: Message, inbox: string, limit: number): boolean {
    const row = this.#countWaiting.get(teamId, toAgent, createdAt);
    return Number(row?.waiting) + (this.#coming.get(inbox) ?? 0) >= limit;
  }

  #ring(message: Message): void {
    for (const { inbox, bell } of this.#watches)
      if (inbox.teamId === message.teamId && isIn(message, inbox.agentId)) bell.ring();
  }
}

interface Clause {
  sql: string;
  values: string[];
}

interface Row {
  seq: number;
  doc: unknown;
}

/** What is to the team, without what an agent has acknowledged unless that is asked for too. */
function unread(agentId: string, { all }: InboxFilter, ofTeam: Clause): Clause {
  if (all) return ofTeam;
  const acknowledged = `SELECT 1 FROM message_acks
    WHERE message_id = messages.id AND team_id = messages.team_id AND agent_id = ?`;
  return { sql: `${ofTeam.sql} AND NOT EXISTS (${acknowledged})`, values: [agentId] };
}

function nameOf({ teamId, messageId }: MessageKey): string {
  return `${teamId}\n${messageId}`;
}

function toRow(message: Message): (string | number | null)[] {
  const { teamId, id, toAgent, acknowledgedAt, expiresAt } = message;
  return [teamId, id, toAgent, acknowledgedAt, expiresAt, JSON.stringify(message)];
}

/** Documents are written by this store alone and migrated with the schema. */
function fromDoc(doc: unknown): Message {
  if (typeof doc !== 'string') throw new Error('a row of a message has no document');
  return JSON.parse(doc);
}
