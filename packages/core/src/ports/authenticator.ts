import type { Role, Scope } from '@minoots/contract';
import type { Person } from '../domain/team/commands.ts';

/** Who makes a request, and for which team. */
export interface Principal {
  type: 'api-key' | 'user';
  /** Public id of the key, or the user's id; shown as `created_by`. */
  id: string;
  teamId: string;
  /** What may be done: the scopes of the key, or those of the user's role in the team. */
  scopes: ReadonlySet<Scope>;
  /** Null of a key. */
  role: Role | null;
  /** Null of a key. */
  person: Person | null;
  /** Whether requests are not counted: of whoever the service belongs to. */
  isUnmetered?: true;
}

/** What a request shows of itself. */
export interface Credentials {
  token: string;
  /** The team that the request is for, by slug or id; null where it says nothing: then that of the key, or the personal one. */
  team: string | null;
  /** What the request takes, where it takes a scope. */
  scope?: Scope;
  /** Whether what is remembered will not do: the person, and their place in the team, are to be looked up now. */
  isAdministrative?: boolean;
  /** Awaited before somebody is let in who has never been here; what it throws keeps them out for now. */
  greet?: (() => Promise<void>) | undefined;
}

export interface Authenticator {
  /**
   * Who shows these credentials, or null when nobody does.
   * @throws MinootsError `not_found` when the team is not one of theirs
   */
  authenticate(credentials: Credentials): Promise<Principal | null>;
}
