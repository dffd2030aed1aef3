import type { AuditNote, Team } from '../domain/team/state.ts';

/** What to do with a team that was just read, and what to answer. Neither `save` nor `remove` leaves it as it is. */
export interface TeamDecision<R> {
  save?: Team;
  remove?: true;
  /** For the audit log, in the same commit. */
  notes?: readonly AuditNote[];
  result: R;
}

/**
 * Where teams live, with their members and invitations. Every promise of a change resolves only after the change is
 * durable, together with its notes in the audit log, and one whose change could not be made durable rejects with
 * `StorageUnavailable`.
 */
export interface TeamStore {
  /** Adds a team whose id and slug are free. */
  insert(team: Team, notes: readonly AuditNote[]): Promise<'inserted' | 'id-taken' | 'slug-taken'>;

  /**
   * Reads one team, decides and saves, with nothing in between: of parallel updates each sees the result of the one
   * before. `decide` is pure and may run several times. What it throws rejects the promise and changes nothing.
   * @throws SlugTaken when another team has the slug of the team to be saved, DomainTaken when another has verified one of
   *   its verified domains
   */
  update<R>(teamId: string, decide: (team: Team | null) => TeamDecision<R>): Promise<R>;

  /** A team that was deleted, too, until nothing of it is left. */
  get(teamId: string): Promise<Team | null>;
  findBySlug(slug: string): Promise<Team | null>;
  /** The team that has an open or a past invitation with this token. */
  findByInvitation(tokenHash: string): Promise<Team | null>;
  /** The team that has shown that a mail domain is its own. */
  findByDomain(domain: string): Promise<Team | null>;
  /** Teams that have invited an email address and still have the invitation, past its time or not. At most 100. */
  listInviting(email: string): Promise<Team[]>;
  /** Teams that a user is a member of, oldest first. At most 100. */
  listOf(userId: string): Promise<Team[]>;
  /** Deleted teams for which there is something to do at `until`, epoch ms, or was before; the longest due first. */
  listDeleted(until: number, limit: number): Promise<Team[]>;
}

/** Another team has verified the domain. */
export class DomainTaken extends Error {
  override readonly name = 'DomainTaken';
}

/** Another team has the slug. */
export class SlugTaken extends Error {
  override readonly name = 'SlugTaken';
}
