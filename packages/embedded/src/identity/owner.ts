import { PLANS, type Scope } from '@minoots/contract';
import {
  type Authenticator,
  type Credentials,
  createTeam,
  type Deps,
  foundingNote,
  OWNER_KEY_ID,
  type People,
  type Person,
  type Principal,
  transition,
} from '@minoots/core';
import { LOCAL_TEAM } from './local-key.ts';

/** Whoever holds the data folder. */
export const OWNER: Person = {
  userId: 'usr_owner',
  email: 'owner@localhost',
  emailVerified: false,
  name: 'Owner',
};

/** Sees to it that there is a local team, and that the owner of the data folder is an owner of it. */
export async function admitOwnerToTeam({ teams, clock }: Pick<Deps, 'teams' | 'clock'>): Promise<void> {
  const now = clock.now();
  const plan = { id: 'enterprise', historyMs: PLANS.enterprise.historyMs } as const;
  const names = { id: LOCAL_TEAM, slug: 'local', name: 'Local', isPersonal: false };
  const team = createTeam({ ...names, founder: OWNER, plan }, now);
  if ((await teams.insert(team, [foundingNote(team, 'service')])) === 'inserted') return;
  await teams.update(LOCAL_TEAM, (current) => {
    if (current === null) return { result: null };
    const result = transition(current, { type: 'reinstate', actor: 'service', person: OWNER }, now);
    if (!result.ok || result.value.team === current) return { result: null };
    return { save: result.value.team, notes: result.value.notes, result: null };
  });
}

/** Takes the owner's key and sessions for the owner, in any team that they are in, and every other key for what it is. */
export class OwnerAuthenticator implements Authenticator {
  readonly #keys: Authenticator;
  readonly #people: People;
  /** What the owner may do, by what their role in the team lets people do. */
  readonly #scopes = new WeakMap<ReadonlySet<Scope>, ReadonlySet<Scope>>();

  constructor(keys: Authenticator, people: People) {
    this.#keys = keys;
    this.#people = people;
  }

  async authenticate(credentials: Credentials): Promise<Principal | null> {
    const principal = await this.#keys.authenticate(credentials);
    if (principal === null || !isOwners(principal)) return principal;
    const { team, isAdministrative: isFresh = false } = credentials;
    const owner = await this.#people.principalOf(OWNER, team, { isFresh });
    return { ...owner, scopes: this.#withService(owner.scopes), isUnmetered: true };
  }

  /** Whoever holds the data folder runs the service as well. */
  #withService(ofRole: ReadonlySet<Scope>): ReadonlySet<Scope> {
    const known = this.#scopes.get(ofRole);
    if (known !== undefined) return known;
    const scopes = new Set<Scope>([...ofRole, 'service:admin']);
    this.#scopes.set(ofRole, scopes);
    return scopes;
  }
}

/** Whether a key stands for the owner: their own, or that of a session, which no other key has the scope of. */
function isOwners({ id, teamId, scopes }: Principal): boolean {
  return teamId === LOCAL_TEAM && (id === OWNER_KEY_ID || scopes.has('account'));
}
