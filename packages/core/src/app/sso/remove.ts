import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { changeTeam } from '../teams/change.ts';

/** Lets people of the team's domains sign in as they like again. Members stay members, and domains stay claimed. */
export async function removeSso(
  deps: Pick<Deps, 'teams' | 'clock'>,
  ctx: RequestContext,
): Promise<Team['sso']> {
  const command = { type: 'set-provider', provider: null } as const;
  const { after } = await changeTeam(deps, ctx, 'teams:own', () => command);
  return after.sso;
}
