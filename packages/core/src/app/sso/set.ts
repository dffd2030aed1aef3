import type { SetSsoRequest } from '@minoots/contract';
import type * as z from 'zod';
import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { requireFeature } from '../plans/require-feature.ts';
import { changeTeam } from '../teams/change.ts';

/**
 * Makes people of the verified domains sign in by one provider alone. A smaller plan later on leaves it in force: what
 * was refused does not begin to work because nobody has paid.
 * @throws MinootsError `plan_required`, `domain_unverified`, `personal_team`
 */
export async function setSso(
  deps: Pick<Deps, 'teams' | 'clock'>,
  ctx: RequestContext,
  { provider_id: id, default_role: defaultRole }: z.output<typeof SetSsoRequest>,
): Promise<Team['sso']> {
  const { after } = await changeTeam(deps, ctx, 'teams:own', ({ personalOf, plan }) => {
    if (personalOf === null) requireFeature(plan.id, 'sso', 'Single sign-on');
    return { type: 'set-provider', provider: { id, defaultRole } };
  });
  return after.sso;
}
