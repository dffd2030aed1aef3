import type { ClaimedDomain } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { requireFeature } from '../plans/require-feature.ts';
import { changeTeam } from '../teams/change.ts';
import { isOfEverybody } from './mail-services.ts';

/** What the text of a challenge begins with, so that whoever looks after the domain knows what it is for. */
const PREFIX = 'minoots-verification=';

/**
 * Says that a mail domain is the team's own. A repeat gives the same challenge.
 * @throws MinootsError `plan_required`, `personal_team`, `team_full`; `invalid_request` for the domain of a mail service
 */
export async function claimDomain(
  deps: Pick<Deps, 'teams' | 'clock' | 'random'>,
  ctx: RequestContext,
  domain: string,
): Promise<ClaimedDomain> {
  if (isOfEverybody(domain)) {
    const message = 'is of a mail service, whose people are of no one team';
    throw new MinootsError('invalid_request', `/domain ${message}`, {
      errors: [{ pointer: '/domain', message }],
    });
  }
  const challenge = `${PREFIX}${deps.random.id()}`;
  const { after } = await changeTeam(deps, ctx, 'teams:own', ({ personalOf, plan }) => {
    if (personalOf === null) requireFeature(plan.id, 'sso', 'Claiming a domain');
    return { type: 'claim-domain', domain, challenge };
  });
  return claimOf(after.sso.domains, domain);
}

/** The claim of a domain. @throws MinootsError `not_found` */
export function claimOf(domains: readonly ClaimedDomain[], domain: string): ClaimedDomain {
  const claim = domains.find((other) => other.domain === domain);
  if (claim === undefined) throw new MinootsError('not_found', `The team has not claimed ${domain}`);
  return claim;
}
