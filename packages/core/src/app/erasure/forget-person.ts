import type { LeavingPerson, Team } from '../../domain/team/state.ts';
import { transition } from '../../domain/team/transition.ts';
import type { TeamDecision } from '../../ports/team-store.ts';
import type { EraseDeps } from './erase.ts';

type PersonDeps = Pick<EraseDeps, 'teams' | 'audit' | 'accounts' | 'clock' | 'realTime'>;

/** Notes that are changed at a time. */
const BATCH = 400;

/**
 * Takes a person out of what teams keep who go on, and removes their account last: until then they, or a sweep, can have
 * all of it done again.
 * @param requestedAt when they asked for it, epoch ms: whom others invite later on is somebody who has come anew
 * @param until when to stop, by `realTime`
 * @returns whether it is done; otherwise it is to be called again
 */
export async function forgetPerson(
  deps: PersonDeps,
  person: LeavingPerson,
  requestedAt: number,
  until: number,
): Promise<boolean> {
  // They may have come into one while they were leaving.
  for (const team of await deps.teams.listOf(person.userId)) await takeOut(deps, team, person);
  for (const email of person.emails) {
    for (const team of await deps.teams.listInviting(email)) await withdraw(deps, team, email, requestedAt);
  }
  let next = await deps.audit.pseudonymiseSome(person, BATCH);
  while (next !== null) {
    if (deps.realTime.now() >= until) return false;
    next = await deps.audit.pseudonymiseSome(person, BATCH, next);
  }
  await deps.accounts?.remove(person.userId);
  return true;
}

/**
 * One that they have founded meanwhile, and nobody else is in, is deleted: the sweep finds it. Of others the last owner stays
 * a member: then an operator has to choose another.
 */
async function takeOut({ teams, clock }: PersonDeps, { id }: Team, { userId }: LeavingPerson): Promise<void> {
  await teams.update(id, (team) => {
    if (team === null) return { result: null };
    const [first, ...others] = team.members;
    const isAlone = others.length === 0 && first?.userId === userId && first.role === 'owner';
    const command = isAlone
      ? ({ type: 'delete', confirm: team.slug, account: null, actor: 'service' } as const)
      : ({ type: 'leave', userId, actor: userId } as const);
    return decide(team, command, clock.now());
  });
}

async function withdraw(
  { teams, clock }: PersonDeps,
  { id }: Team,
  email: string,
  requestedAt: number,
): Promise<void> {
  await teams.update(id, (team) => {
    const found = team?.invitations.find(
      (invitation) => invitation.email === email && invitation.invitedAt <= requestedAt,
    );
    if (team === null || found === undefined) return { result: null };
    const command = { type: 'withdraw-invitation', invitationId: found.id, actor: 'service' } as const;
    return decide(team, command, clock.now());
  });
}

function decide(team: Team, command: Parameters<typeof transition>[1], now: number): TeamDecision<null> {
  const changed = transition(team, command, now);
  return changed.ok && changed.value.team !== team
    ? { save: changed.value.team, notes: changed.value.notes, result: null }
    : { result: null };
}
