import type { Team } from '../../domain/team/state.ts';
import { transition } from '../../domain/team/transition.ts';
import type { TeamDecision } from '../../ports/team-store.ts';
import { note } from '../audit/note.ts';
import type { RequestContext } from '../deps.ts';
import { MinootsError, unwrap } from '../errors.ts';
import type { ChangedTeam } from '../teams/change.ts';
import { findTeam } from '../teams/find.ts';
import { beginErasing, type DeleteDeps, withoutTeam } from './delete-team.ts';

/**
 * Deletes a team whoever owns it, as an operator: one that is there for its API keys alone has nobody else who could. What
 * follows is as of any other. Its own audit log goes with it, so that of the operator's team tells of it, by
 * its id alone.
 * @param ref its slug or its id
 * @param confirm its slug
 * @returns the team as it was
 * @throws MinootsError `not_found`, `confirmation_mismatch`, `personal_team`, `subscription_active`, `indispensable`
 */
export async function deleteAnyTeam(
  deps: DeleteDeps,
  ctx: RequestContext,
  ref: string,
  confirm: string,
): Promise<Team> {
  const { principal } = ctx;
  const found = await findTeam(deps.teams, ref);
  if (found === null) throw noTeam(ref);
  const { id: teamId } = found;
  if (teamId === deps.local?.teamId) throw withoutTeam();
  const command = { type: 'delete', actor: principal.id, confirm, account: null } as const;
  const now = deps.clock.now();
  const { before, after } = await deps.teams.update(teamId, (team): TeamDecision<ChangedTeam> => {
    if (team === null) throw noTeam(ref);
    const { team: after, notes } = unwrap(transition(team, command, now));
    return { save: after, notes, result: { before: team, after } };
  });
  if (teamId !== principal.teamId) {
    const message = `Deleted the team ${teamId} as an operator of the service`;
    await note(deps, ctx, { action: 'team.deleted', subject: teamId, message });
  }
  await beginErasing(deps, [after]);
  return before;
}

function noTeam(ref: string): MinootsError {
  return new MinootsError('not_found', `There is no team ${ref}`);
}
