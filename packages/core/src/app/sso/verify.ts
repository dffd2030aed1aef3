import type { ClaimedDomain } from '../../domain/team/state.ts';
import { DomainTaken } from '../../ports/team-store.ts';
import { NamesUnreachable } from '../../ports/text-records.ts';
import { challengeName } from '../../wire/sso.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { changeTeam } from '../teams/change.ts';
import { getTeam } from '../teams/get.ts';
import { claimOf } from './claim.ts';

/**
 * Looks for the text of a claim at the name service, and takes the domain for the team's own from then on.
 * @throws MinootsError `not_found`, `domain_unverified`, `domain_taken`, `names_unreachable`
 */
export async function verifyDomain(
  deps: Pick<Deps, 'teams' | 'clock' | 'textRecords'>,
  ctx: RequestContext,
  domain: string,
): Promise<ClaimedDomain> {
  const claim = claimOf((await getTeam(deps, ctx)).sso.domains, domain);
  if (claim.verifiedAt !== null) return claim;
  const texts = await look(deps, domain);
  try {
    const command = { type: 'verify-domain', domain, texts } as const;
    const { after } = await changeTeam(deps, ctx, 'teams:own', () => command);
    return claimOf(after.sso.domains, domain);
  } catch (error) {
    if (error instanceof DomainTaken)
      throw new MinootsError('domain_taken', `Another team has shown that ${domain} is its own`);
    throw error;
  }
}

async function look({ textRecords }: Pick<Deps, 'textRecords'>, domain: string): Promise<string[]> {
  try {
    return await textRecords.lookUp(challengeName(domain));
  } catch (error) {
    if (error instanceof NamesUnreachable)
      throw new MinootsError('names_unreachable', 'Nothing has changed; try again in a minute');
    throw error;
  }
}
