import type { TeamPlan } from '../domain/team/state.ts';

/** Knows what teams have ordered. */
export interface Plans {
  /** The plan of a team, as of a few seconds ago at worst where another process has changed it. */
  of(teamId: string): Promise<TeamPlan>;
}
