import { type EraseDeps, eraseTeam, lookAgain } from './erase.ts';

/** Teams that one look takes on. */
const TEAMS = 20;
/** When a team is looked at again that could not be looked after, in ms. */
export const RETRY_MS = 300_000;
/** How long one look goes on, in ms of real time: the next one comes a minute later. */
const BUDGET_MS = 20_000;

/** Deleted teams that were looked after, and those that could not be. */
export interface ErasureCounts {
  erased: number;
  failed: number;
}

/**
 * Goes on with the deletion of teams and accounts wherever it has stopped. To be called every minute.
 * @param budgetMs how long, in ms of real time; 20 s unless told
 * @throws StorageUnavailable when it cannot be read which these are
 */
export async function tendErasures(deps: EraseDeps, budgetMs = BUDGET_MS): Promise<ErasureCounts> {
  const counts: ErasureCounts = { erased: 0, failed: 0 };
  const until = deps.realTime.now() + budgetMs;
  for (const team of await deps.teams.listDeleted(deps.clock.now(), TEAMS)) {
    // Of each a little at least, so that one that is large does not keep others waiting for ever.
    try {
      await eraseTeam(deps, team, until);
      counts.erased++;
    } catch (error) {
      counts.failed++;
      deps.logger.error({ err: error, teamId: team.id }, 'what a deleted team owned is erased later');
      // Behind the others, which would never come to their turn if enough of these failed for good.
      await lookAgain(deps, team.id, deps.clock.now() + RETRY_MS).catch(() => {});
    }
  }
  return counts;
}
