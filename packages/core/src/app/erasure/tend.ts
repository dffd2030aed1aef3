import { type EraseDeps, eraseTeam } from './erase.ts';

/** Teams that one look takes on. */
const TEAMS = 20;
/** Steps of one team in one look. */
const BATCHES = 100;

/** Deleted teams that were looked after, and those that could not be. */
export interface ErasureCounts {
  erased: number;
  failed: number;
}

/**
 * Goes on with the deletion of teams and accounts wherever it has stopped. To be called every minute.
 * @throws StorageUnavailable when it cannot be read which these are
 */
export async function tendErasures(deps: EraseDeps): Promise<ErasureCounts> {
  const counts: ErasureCounts = { erased: 0, failed: 0 };
  for (const team of await deps.teams.listDeleted(deps.clock.now(), TEAMS)) {
    try {
      await eraseTeam(deps, team, BATCHES);
      counts.erased++;
    } catch (error) {
      counts.failed++;
      deps.logger.error({ err: error, teamId: team.id }, 'what a deleted team owned is erased later');
    }
  }
  return counts;
}
