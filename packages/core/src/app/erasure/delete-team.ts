import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { changeTeam } from '../teams/change.ts';
import { type EraseDeps, eraseTeam } from './erase.ts';

/** For so long is erased before the answer, in ms of real time: of most teams everything. The rest is left to the sweep. */
const BUDGET_MS = 3_000;

export type DeleteDeps = EraseDeps & Pick<Deps, 'local'>;

/**
 * Deletes the team of a request. Once that is durable nobody can do anything with it and nothing of it fires; what it owns is
 * erased from then on, and the sweep goes on with that wherever it stops.
 * @param confirm its slug
 * @returns the team as it was
 * @throws MinootsError `confirmation_mismatch`, `personal_team`, `subscription_active`, `indispensable`
 */
export async function deleteTeam(deps: DeleteDeps, ctx: RequestContext, confirm: string): Promise<Team> {
  if (ctx.principal.teamId === deps.local?.teamId) throw withoutTeam();
  const { before, after } = await changeTeam(deps, ctx, 'teams:own', () => ({
    type: 'delete',
    confirm,
    account: null,
  }));
  await beginErasing(deps, [after]);
  return before;
}

/** Erases what can be erased at once, of the last first. The teams are deleted whatever comes of it. */
export async function beginErasing(deps: EraseDeps, teams: readonly Team[]): Promise<void> {
  const until = deps.realTime.now() + BUDGET_MS;
  for (const team of teams.toReversed()) {
    if (deps.realTime.now() >= until) return;
    await eraseTeam(deps, team, until).catch((error: unknown) =>
      deps.logger.warn({ err: error, teamId: team.id }, 'what a deleted team owned is erased later'),
    );
  }
}

/** The refusal of the team that is always there for the owner of an engine for one person. */
export function withoutTeam(): MinootsError {
  return new MinootsError('indispensable', 'The owner of this server has no other team to work in');
}
