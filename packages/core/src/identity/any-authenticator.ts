import { teamNotFound, UnknownTeam } from '../app/errors.ts';
import type { Authenticator, Credentials, Principal } from '../ports/authenticator.ts';
import type { DeletedTeams } from '../ports/deleted-teams.ts';
import type { TeamStore } from '../ports/team-store.ts';
import { isIdToken } from './user-authenticator.ts';

export interface AnyAuthenticatorOptions {
  /** Knows API keys. */
  keys: Authenticator;
  /** Knows people; null where nobody signs in. */
  users: Authenticator | null;
  teams: Pick<TeamStore, 'findBySlug'>;
  deletedTeams: DeletedTeams;
}

/** Knows API keys and people, by the form of what they show. A key is good for its own team and for no other. */
export class AnyAuthenticator implements Authenticator {
  readonly #keys: Authenticator;
  readonly #users: Authenticator | null;
  readonly #teams: AnyAuthenticatorOptions['teams'];
  readonly #deletedTeams: DeletedTeams;

  constructor({ keys, users, teams, deletedTeams }: AnyAuthenticatorOptions) {
    this.#keys = keys;
    this.#users = users;
    this.#teams = teams;
    this.#deletedTeams = deletedTeams;
  }

  async authenticate(credentials: Credentials): Promise<Principal | null> {
    if (this.#users !== null && isIdToken(credentials.token)) return this.#users.authenticate(credentials);
    const principal = await this.#keys.authenticate(credentials);
    if (principal?.type !== 'api-key') return principal;
    const { team } = credentials;
    // Its keys are erased soon; until then they would be those of a team that nobody has founded.
    if (await this.#deletedTeams.isDeleted(principal.teamId)) throw teamNotFound(team ?? principal.teamId);
    if (team === null || team === principal.teamId) return principal;
    const named = team.startsWith('team_') ? null : await this.#teams.findBySlug(team);
    if (named?.id !== principal.teamId) throw new UnknownTeam(team, principal.id);
    return principal;
  }
}
