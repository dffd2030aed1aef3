import type { Team } from '../../domain/team/state.ts';
import { transition } from '../../domain/team/transition.ts';
import type { Deps } from '../deps.ts';
import { unwrap } from '../errors.ts';
import { forgetPerson } from './forget-person.ts';

/**
 * How long a deleted team is remembered, in ms: two hours. By then no request from before is under way, nothing remembered
 * holds, and no ID token that was made before works, so that nobody who was deleted comes back by one.
 */
export const REMEMBERED_MS = 7_200_000;

/** Records that are erased at a time. */
const BATCH = 500;

/** What erasing takes. */
export type EraseDeps = Pick<Deps, 'teams' | 'eraser' | 'audit' | 'accounts' | 'clock' | 'logger'>;

/**
 * Goes on with the deletion of a team: first erases what it owns, then, once nothing from before can be under way, what has
 * come in meanwhile, and at last the team itself. Each step can be repeated; it does not matter where it stopped before.
 * @param batches how much is done at most, in steps of 500 records
 * @returns whether there is nothing left to do for now
 */
export async function eraseTeam(
  deps: EraseDeps,
  { id: teamId, deletion }: Pick<Team, 'id' | 'deletion'>,
  batches: number,
): Promise<boolean> {
  if (deletion === undefined) return true;
  for (let batch = 0; (await deps.eraser.eraseSome(teamId, BATCH)) > 0; batch++)
    if (batch >= batches) return false;
  if (deletion.account !== null) await forgetPerson(deps, deletion.account);
  const now = deps.clock.now();
  const endsAt = deletion.requestedAt + REMEMBERED_MS;
  await deps.teams.update(teamId, (team) => {
    if (team?.deletion === undefined) return { result: null };
    if (now >= endsAt) return { remove: true, result: null };
    const { team: noted } = unwrap(
      transition(team, { type: 'note-erased', actor: 'service', lookAt: endsAt }, now),
    );
    return { save: noted, result: null };
  });
  // Not in any team's log, since there is none any more: whoever runs the service can see when it was.
  if (now >= endsAt) deps.logger.info({ teamId }, 'a deleted team is erased');
  return true;
}
