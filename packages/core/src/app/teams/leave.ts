import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { changeTeam } from './change.ts';
import { requirePerson } from './person.ts';

/** Takes the person who asks out of the team; gives the team as they leave it. */
export async function leaveTeam(deps: Pick<Deps, 'teams' | 'clock'>, ctx: RequestContext): Promise<Team> {
  const { userId } = requirePerson(ctx.principal);
  const { after } = await changeTeam(deps, ctx, 'account', () => ({ type: 'leave', userId }));
  return after;
}
