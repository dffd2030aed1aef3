import { ROLE_SCOPES, Role, type Scope } from '@minoots/contract';
import { UnknownTeam } from '../app/errors.ts';
import type { Person } from '../domain/team/commands.ts';
import type { Credentials, Principal } from '../ports/authenticator.ts';
import type { TeamStore } from '../ports/team-store.ts';

/** How long is remembered who is what in a team, in ms: another process's change counts here after so long. */
export const REMEMBER_MS = 10_000;
const REMEMBERED = 10_000;

/** What people may do, by their role in the team that they ask for. */
const SCOPES_OF = new Map<Role, ReadonlySet<Scope>>(
  Role.options.map((role) => [role, new Set<Scope>([...ROLE_SCOPES[role], 'account'])]),
);

interface Membership {
  teamId: string;
  role: Role;
}

export interface PeopleOptions {
  teams: Pick<TeamStore, 'get' | 'findBySlug'>;
  /** The id of the team that a request is for when it names none. */
  homeOf: (person: Person) => string;
  /** Makes that team where it does not exist. */
  welcome: (person: Person) => Promise<unknown>;
  /** Tells how time passes for this process, in ms, whatever the time of the timers does. */
  elapsed?: { now(): number };
}

/** Knows what people are in teams. It remembers that for a moment, so that most requests need not ask the store. */
export class People {
  readonly #teams: PeopleOptions['teams'];
  readonly #homeOf: PeopleOptions['homeOf'];
  readonly #welcome: PeopleOptions['welcome'];
  readonly #elapsed: { now(): number };
  readonly #remembered = new Map<string, Membership & { until: number }>();
  /** Who is just being let in for the first time, by user. */
  readonly #arriving = new Map<string, Promise<void>>();

  constructor({ teams, homeOf, welcome, elapsed = performance }: PeopleOptions) {
    this.#teams = teams;
    this.#homeOf = homeOf;
    this.#welcome = welcome;
    this.#elapsed = elapsed;
  }

  /**
   * A person in a team. Their own is made when they come for the first time.
   * @param team by slug or id; null for their own
   * @param isFresh whether what is remembered will not do
   * @param greet awaited before a team is made for somebody; what it throws keeps them out
   * @throws UnknownTeam when they are not in the team
   */
  async principalOf(
    person: Person,
    team: string | null,
    { isFresh = false, greet }: { isFresh?: boolean; greet?: Credentials['greet'] } = {},
  ): Promise<Principal> {
    const { userId } = person;
    const wanted = team ?? this.#homeOf(person);
    const remembered = isFresh ? undefined : this.#recall(userId, wanted);
    let membership = remembered ?? (await this.#lookUp(userId, wanted));
    if (membership === null && team === null) {
      await this.#letIn(person, wanted, greet);
      membership = await this.#lookUp(userId, wanted);
    }
    if (membership === null) throw new UnknownTeam(wanted, userId);
    const { teamId, role } = membership;
    return { type: 'user', id: userId, teamId, role, person, scopes: SCOPES_OF.get(role) ?? new Set() };
  }

  /** Forgets who is what in a team: it has changed. */
  forget(teamId: string): void {
    for (const [key, membership] of this.#remembered)
      if (membership.teamId === teamId) this.#remembered.delete(key);
  }

  /** Makes somebody their own team. First requests in parallel are one arrival. */
  #letIn(person: Person, home: string, greet: Credentials['greet']): Promise<void> {
    const { userId } = person;
    const known = this.#arriving.get(userId);
    if (known !== undefined) return known;
    const arrival = this.#arrive(person, home, greet).finally(() => this.#arriving.delete(userId));
    this.#arriving.set(userId, arrival);
    return arrival;
  }

  async #arrive(person: Person, home: string, greet: Credentials['greet']): Promise<void> {
    // Whose team is there, deleted not long ago, has been here before.
    if ((await this.#teams.get(home)) === null) await greet?.();
    await this.#welcome(person);
  }

  #recall(userId: string, team: string): Membership | undefined {
    const remembered = this.#remembered.get(keyOf(userId, team));
    return remembered !== undefined && remembered.until > this.#elapsed.now() ? remembered : undefined;
  }

  async #lookUp(userId: string, team: string): Promise<Membership | null> {
    const key = keyOf(userId, team);
    const until = this.#elapsed.now() + REMEMBER_MS;
    const found = team.startsWith('team_') ? await this.#teams.get(team) : await this.#teams.findBySlug(team);
    const role = found?.members.find((member) => member.userId === userId)?.role;
    // Who is in no such team is not remembered: they may join at any moment.
    if (found === null || role === undefined) {
      this.#remembered.delete(key);
      return null;
    }
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    const membership = { teamId: found.id, role, until };
    this.#remembered.set(key, membership);
    return membership;
  }
}

function keyOf(userId: string, team: string): string {
  return `${userId}\n${team}`;
}
