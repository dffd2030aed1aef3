import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { livingTeam } from './find.ts';

/** The team of a request, where anybody has founded it, and all teams of whoever asks. */
export async function readMe(
  { teams }: Pick<Deps, 'teams'>,
  { principal: { person, teamId } }: RequestContext,
): Promise<{ team: Team | null; teams: Team[] }> {
  const known = person === null ? [] : await teams.listOf(person.userId);
  const team = known.find(({ id }) => id === teamId) ?? (await livingTeam(teams, teamId));
  return { team, teams: person === null && team !== null ? [team] : known };
}
