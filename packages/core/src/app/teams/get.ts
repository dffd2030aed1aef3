import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { notFounded } from './change.ts';
import { livingTeam } from './find.ts';

/** The team that a request is for. */
export async function getTeam({ teams }: Pick<Deps, 'teams'>, { principal }: RequestContext): Promise<Team> {
  const team = await livingTeam(teams, principal.teamId);
  if (team === null) throw notFounded(principal);
  return team;
}
