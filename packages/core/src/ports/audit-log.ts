import type { AuditNote, LeavingPerson } from '../domain/team/state.ts';

/** A note with its place in the log of its team. */
export interface AuditEntry extends AuditNote {
  id: string;
}

export interface AuditPage {
  entries: AuditEntry[];
  /** Where the next page starts; null after the last. Meaningful to this log only. */
  next: string | null;
}

/** A note with the team that it is of. */
export interface ActorsEntry extends AuditEntry {
  teamId: string;
}

export interface ActorsPage {
  entries: ActorsEntry[];
  next: string | null;
}

/** Who changed what in a team. Entries are never changed but for `pseudonymiseSome`; those of teams are written by `TeamStore` too, with the change. */
export interface AuditLog {
  /** Durable once resolved. */
  append(teamId: string, notes: readonly AuditNote[]): Promise<void>;
  /**
   * Newest first.
   * @param after `next` of the page before
   * @throws InvalidPosition when `after` is not such a position
   */
  list(teamId: string, limit: number, after?: string): Promise<AuditPage>;
  /**
   * What one actor did, in any team, newest first.
   * @param after `next` of the page before
   * @throws InvalidPosition when `after` is not such a position
   */
  listOf(actor: string, limit: number, after?: string): Promise<ActorsPage>;
  /**
   * Puts a pseudonym in the place of a person's id and email addresses, in up to `limit` notes of whatever teams. Durable once
   * resolved; may be repeated, and begun anew after it was left. Takes no longer for a log that is large.
   * @param after what the call before gave; without it from the beginning
   * @returns where to go on; null once all was looked at
   */
  pseudonymiseSome(person: LeavingPerson, limit: number, after?: string): Promise<string | null>;
}
