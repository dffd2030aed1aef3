import type { StatementSync } from 'node:sqlite';
import {
  type AuditNote,
  DomainTaken,
  SlugTaken,
  type Team,
  type TeamDecision,
  type TeamStore,
  verifiedDomains,
} from '@minoots/core';
import { writeOf } from './audit-log.ts';
import type { Database } from './database.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Writer } from './writer.ts';
import type { Write } from './writer-protocol.ts';

/** Most teams of one user that are listed. */
const MOST_TEAMS = 100;
const INSERT = 'INSERT INTO teams (slug, created_at, erase_at, doc, id) VALUES (?, ?, ?, ?, ?)';
const UPDATE = 'UPDATE teams SET slug = ?, created_at = ?, erase_at = ?, doc = ? WHERE id = ?';
const DELETE = 'DELETE FROM teams WHERE id = ?';
/** The one lock for slugs and domains: both change seldom. */
const NAMES = 'names';

/**
 * Teams in SQLite, one row each; triggers keep who is a member and who is invited beside them. The main thread alone
 * decides: with a lock for each team, and within it one for all names that only one team can have, so that locks never
 * cross.
 */
export class SqliteTeamStore implements TeamStore {
  readonly #writer: Writer;
  readonly #locks = new KeyedLock();
  readonly #names = new KeyedLock();
  readonly #select: StatementSync;
  readonly #bySlug: StatementSync;
  readonly #byInvitation: StatementSync;
  readonly #byMember: StatementSync;
  readonly #byInvited: StatementSync;
  readonly #byDomain: StatementSync;
  readonly #deleted: StatementSync;

  constructor({ read, writer }: Pick<Database, 'read' | 'writer'>) {
    this.#writer = writer;
    this.#select = read.prepare('SELECT doc FROM teams WHERE id = ?');
    this.#bySlug = read.prepare('SELECT doc FROM teams WHERE slug = ?');
    this.#byInvitation = read.prepare(
      `SELECT doc FROM teams WHERE id IN (SELECT team_id FROM team_invitations WHERE token_hash = ?) LIMIT 1`,
    );
    this.#byDomain = read.prepare(
      'SELECT doc FROM teams WHERE id = (SELECT team_id FROM team_domains WHERE domain = ?)',
    );
    this.#deleted = read.prepare('SELECT doc FROM teams WHERE erase_at <= ? ORDER BY erase_at LIMIT ?');
    this.#byInvited = read.prepare(
      `SELECT doc FROM teams WHERE id IN (SELECT team_id FROM team_invitations)
       AND EXISTS (SELECT 1 FROM json_each(doc, '$.invitations') WHERE value ->> '$.email' = ?)
       ORDER BY created_at, seq LIMIT ${MOST_TEAMS}`,
    );
    this.#byMember = read.prepare(
      `SELECT doc FROM teams WHERE id IN (SELECT team_id FROM team_members WHERE user_id = ?)
       ORDER BY created_at, seq LIMIT ${MOST_TEAMS}`,
    );
  }

  insert(team: Team, notes: readonly AuditNote[]): Promise<'inserted' | 'id-taken' | 'slug-taken'> {
    return this.#locks.run(team.id, () =>
      this.#names.run(NAMES, async () => {
        if (readDoc(this.#select.get(team.id)) !== null) return 'id-taken';
        if (readDoc(this.#bySlug.get(team.slug)) !== null) return 'slug-taken';
        await this.#write({ sql: INSERT, rows: [toRow(team)] }, team.id, notes);
        return 'inserted';
      }),
    );
  }

  update<R>(teamId: string, decide: (team: Team | null) => TeamDecision<R>): Promise<R> {
    return this.#locks.run(teamId, async () => {
      const team = readDoc(this.#select.get(teamId));
      const { save, remove, notes = [], result } = decide(team);
      if (save !== undefined) await this.#save(save, team, notes);
      else if (remove === true) await this.#write({ sql: DELETE, rows: [[teamId]] }, teamId, notes);
      else if (notes.length > 0) await this.#writer.write([writeOf(teamId, notes)]);
      return result;
    });
  }

  async get(teamId: string): Promise<Team | null> {
    return readDoc(this.#select.get(teamId));
  }

  async findBySlug(slug: string): Promise<Team | null> {
    return readDoc(this.#bySlug.get(slug));
  }

  async findByInvitation(tokenHash: string): Promise<Team | null> {
    return readDoc(this.#byInvitation.get(tokenHash));
  }

  async findByDomain(domain: string): Promise<Team | null> {
    return readDoc(this.#byDomain.get(domain));
  }

  async listInviting(email: string): Promise<Team[]> {
    return this.#byInvited.all(email).flatMap((row) => readDoc(row) ?? []);
  }

  async listOf(userId: string): Promise<Team[]> {
    return this.#byMember.all(userId).flatMap((row) => readDoc(row) ?? []);
  }

  async listDeleted(until: number, limit: number): Promise<Team[]> {
    return this.#deleted.all(until, limit).flatMap((row) => readDoc(row) ?? []);
  }

  #save(team: Team, before: Team | null, notes: readonly AuditNote[]): Promise<void> {
    const write = { sql: UPDATE, rows: [toRow(team)] };
    const known = before === null ? [] : verifiedDomains(before);
    const domains = verifiedDomains(team).filter((domain) => !known.includes(domain));
    if (team.slug === before?.slug && domains.length === 0) return this.#write(write, team.id, notes);
    return this.#names.run(NAMES, async () => {
      const holder = team.slug === before?.slug ? null : readDoc(this.#bySlug.get(team.slug));
      if (holder !== null) throw new SlugTaken(`${holder.id} has the slug ${team.slug}`);
      const taken = domains.find((domain) => this.#byDomain.get(domain) !== undefined);
      if (taken !== undefined) throw new DomainTaken(`another team has the domain ${taken}`);
      await this.#write(write, team.id, notes);
    });
  }

  async #write(change: Write, teamId: string, notes: readonly AuditNote[]): Promise<void> {
    await this.#writer.write(notes.length === 0 ? [change] : [change, writeOf(teamId, notes)]);
  }
}

function toRow(team: Team): (string | number | null)[] {
  return [team.slug, team.createdAt, team.deletion?.lookAt ?? null, JSON.stringify(team), team.id];
}

/** Documents are written by `toRow` alone and migrated with the schema. */
function readDoc(row: Record<string, unknown> | undefined): Team | null {
  if (row === undefined) return null;
  if (typeof row.doc !== 'string') throw new Error('a team row has no document');
  return JSON.parse(row.doc);
}
