import type { SetSsoRequest } from '@minoots/contract';
import type * as z from 'zod';
import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { requireFeature } from '../plans/require-feature.ts';
import { changeTeam } from '../teams/change.ts';

/**
 * Makes people of the verified domains sign in by one provider alone. A smaller plan later on leaves it in force: what
 * was refused does not begin to work because nobody has paid.
 * @throws MinootsError `sso_unavailable`, `plan_required`, `domain_unverified`, `personal_team`
 */
export async function setSso(
  deps: Pick<Deps, 'teams' | 'clock' | 'hasSignOn'>,
  ctx: RequestContext,
  { provider_id: id, default_role: defaultRole }: z.output<typeof SetSsoRequest>,
): Promise<Team['sso']> {
  if (!deps.hasSignOn)
    throw new MinootsError(
      'sso_unavailable',
      'Nothing here would hold anybody to it: whoever runs the service has not set single sign-on up',
    );
  const { after } = await changeTeam(deps, ctx, 'teams:own', ({ personalOf, plan }) => {
    if (personalOf === null) requireFeature(plan.id, 'sso', 'Single sign-on');
    return { type: 'set-provider', provider: { id, defaultRole } };
  });
  return after.sso;
}
