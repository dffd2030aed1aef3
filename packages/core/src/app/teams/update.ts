import type { UpdateTeamRequest } from '@minoots/contract';
import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { changeTeam } from './change.ts';

/** Gives the team another name or slug. @throws MinootsError `slug_taken` */
export async function updateTeam(
  deps: Pick<Deps, 'teams' | 'clock'>,
  ctx: RequestContext,
  { name, slug }: UpdateTeamRequest,
): Promise<Team> {
  const names = { ...(name === undefined ? {} : { name }), ...(slug === undefined ? {} : { slug }) };
  const { after } = await changeTeam(deps, ctx, 'teams:admin', () => ({ type: 'update', ...names }));
  return after;
}
