import { MinootsError } from '../app/errors.ts';
import { isOfEverybody } from '../app/sso/mail-services.ts';
import type { Person } from '../domain/team/commands.ts';
import { domainOf, judgeSignIn } from '../domain/team/sign-in.ts';
import type { Team } from '../domain/team/state.ts';
import type { TeamStore } from '../ports/team-store.ts';

/** How long is remembered whose a domain is, in ms: another process's change counts here after so long. */
export const REMEMBER_DOMAIN_MS = 10_000;
const REMEMBERED = 10_000;

export interface RequiredSignOnOptions {
  teams: Pick<TeamStore, 'findByDomain'>;
  /** Tells how time passes for this process, in ms, whatever the time of the timers does. */
  elapsed?: { now(): number };
}

/**
 * Holds people whose domain signs in by single sign-on to that, however long ago they signed in: who came by another way
 * before is not asked at a sign-in for as long as that session goes on. Whose a domain is is remembered for a moment.
 */
export class RequiredSignOn {
  readonly #teams: RequiredSignOnOptions['teams'];
  readonly #elapsed: { now(): number };
  readonly #remembered = new Map<string, { owner: Team | null; until: number }>();

  constructor({ teams, elapsed = performance }: RequiredSignOnOptions) {
    this.#teams = teams;
    this.#elapsed = elapsed;
  }

  /**
   * @param isFresh whether what is remembered will not do
   * @throws MinootsError `sso_required` when the person has come by another way than their domain has
   */
  async demand({ email, signedInBy: providerId = '' }: Person, isFresh = false): Promise<void> {
    const domain = domainOf(email);
    if (domain === '' || isOfEverybody(domain)) return;
    const owner = await this.#ownerOf(domain, isFresh);
    // Where nobody demands anything, whoever was brought by a provider stays who they are.
    if (owner === null || owner.sso.provider === null) return;
    const verdict = judgeSignIn({ email, providerId }, owner);
    if (!verdict.allowed) throw new MinootsError('sso_required', `${verdict.reason}; sign in anew`);
  }

  /** Forgets whose the domains are: one may have changed hands. */
  forget(): void {
    this.#remembered.clear();
  }

  async #ownerOf(domain: string, isFresh: boolean): Promise<Team | null> {
    const remembered = this.#remembered.get(domain);
    if (!isFresh && remembered !== undefined && remembered.until > this.#elapsed.now())
      return remembered.owner;
    const until = this.#elapsed.now() + REMEMBER_DOMAIN_MS;
    const owner = await this.#teams.findByDomain(domain);
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    this.#remembered.set(domain, { owner, until });
    return owner;
  }
}
