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
export type EraseDeps = Pick<
  Deps,
  'teams' | 'eraser' | 'audit' | 'accounts' | 'clock' | 'realTime' | 'logger'
>;

/**
 * Goes on with the deletion of a team: first erases what it owns, then, once nothing from before can be under way, what has
 * come in meanwhile, and at last the team itself. Each step can be repeated; it does not matter where it stopped before.
 * @param until when to stop, by `realTime`
 */
export async function eraseTeam(
  deps: EraseDeps,
  { id: teamId, deletion }: Pick<Team, 'id' | 'deletion'>,
  until: number,
): Promise<void> {
  if (deletion === undefined) return;
  while ((await deps.eraser.eraseSome(teamId, BATCH)) > 0) if (deps.realTime.now() >= until) return;
  const { account, requestedAt } = deletion;
  if (account !== null && !(await forgetPerson(deps, account, requestedAt, until))) return;
  const now = deps.clock.now();
  const endsAt = requestedAt + REMEMBERED_MS;
  if (now < endsAt) return lookAgain(deps, teamId, endsAt);
  await deps.teams.update(teamId, (team) =>
    team?.deletion === undefined ? { result: null } : { remove: true, result: null },
  );
  // Not in any team's log, since there is none any more: whoever runs the service can see when it was.
  deps.logger.info({ teamId }, 'a deleted team is erased');
}

/** Puts off what is left to do for a deleted team. @param lookAt epoch ms */
export async function lookAgain({ teams, clock }: EraseDeps, teamId: string, lookAt: number): Promise<void> {
  await teams.update(teamId, (team) => {
    if (team?.deletion === undefined) return { result: null };
    const command = { type: 'look-again', actor: 'service', lookAt } as const;
    return { save: unwrap(transition(team, command, clock.now())).team, result: null };
  });
}
