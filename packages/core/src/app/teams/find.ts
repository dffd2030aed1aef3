import type { Team } from '../../domain/team/state.ts';
import type { TeamStore } from '../../ports/team-store.ts';

/** A team by its id or its slug; null for one that was deleted. */
export async function findTeam(teams: TeamStore, ref: string): Promise<Team | null> {
  return ref.startsWith('team_') ? livingTeam(teams, ref) : teams.findBySlug(ref);
}

/** A team by its id; null for one that was deleted. */
export async function livingTeam(teams: Pick<TeamStore, 'get'>, teamId: string): Promise<Team | null> {
  const team = await teams.get(teamId);
  return team?.deletion === undefined ? team : null;
}
