import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { getTeam } from '../teams/get.ts';

/** How the members of the team sign in. */
export async function getSso(deps: Pick<Deps, 'teams'>, ctx: RequestContext): Promise<Team['sso']> {
  return (await getTeam(deps, ctx)).sso;
}
