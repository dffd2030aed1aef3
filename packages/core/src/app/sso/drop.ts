import type { ClaimedDomain } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { changeTeam } from '../teams/change.ts';
import { claimOf } from './claim.ts';

/**
 * Gives a domain up: other teams can have it from then on. Gives the claim as it was.
 * @throws MinootsError `not_found`; `invalid_state` for the last one of single sign-on
 */
export async function dropDomain(
  deps: Pick<Deps, 'teams' | 'clock'>,
  ctx: RequestContext,
  domain: string,
): Promise<ClaimedDomain> {
  const command = { type: 'drop-domain', domain } as const;
  const { before } = await changeTeam(deps, ctx, 'teams:own', () => command);
  return claimOf(before.sso.domains, domain);
}
