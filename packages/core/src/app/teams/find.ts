import type { Team } from '../../domain/team/state.ts';
import type { TeamStore } from '../../ports/team-store.ts';

/** A team by its id or its slug. */
export function findTeam(teams: TeamStore, ref: string): Promise<Team | null> {
  return ref.startsWith('team_') ? teams.get(ref) : teams.findBySlug(ref);
}
