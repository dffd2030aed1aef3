import { ok, type Result, reject } from '../rejection.ts';
import { changeRole, leave, removeMember, transfer } from './commands/change-member.ts';
import { deleteTeam, lookAgain } from './commands/delete.ts';
import { invite } from './commands/invite.ts';
import { acceptInvitation, provision, reinstate } from './commands/join.ts';
import { noteBilling } from './commands/note-billing.ts';
import { setPlan } from './commands/set-plan.ts';
import { claimDomain, dropDomain, setProvider, verifyDomain } from './commands/sso.ts';
import { update } from './commands/update.ts';
import { withdrawInvitation } from './commands/withdraw-invitation.ts';
import type { TeamChange, TeamCommand } from './commands.ts';
import type { AuditNote, Team } from './state.ts';

/** A team after a command. The very same team means that nothing changed. */
export interface TeamTransition {
  team: Team;
  notes: AuditNote[];
}

/** The one way a team changes: pure, with the clock passed in. One that has an owner has one until it is deleted. */
export function transition(team: Team, command: TeamCommand, now: number): Result<TeamTransition> {
  const isDeleted = team.deletion !== undefined;
  if (isDeleted && command.type !== 'look-again') return reject('not_found', 'The team has been deleted');
  const result = apply(team, command, now);
  if (!result.ok) return result;
  const { team: changed, notes } = result.value;
  if (changed === team) return ok({ team, notes: [] });
  if (changed.deletion === undefined && hasOwner(team) && !hasOwner(changed)) {
    return reject('last_owner', 'The last owner stays: make somebody else an owner first');
  }
  return ok({
    team: { ...changed, updatedAt: now, version: team.version + 1 },
    notes: notes.map((note) => ({ ...note, at: now, actor: command.actor })),
  });
}

function hasOwner({ members }: Team): boolean {
  return members.some(({ role }) => role === 'owner');
}

function apply(team: Team, command: TeamCommand, now: number): Result<TeamChange> {
  switch (command.type) {
    case 'update':
      return update(team, command);
    case 'invite':
      return invite(team, command, now);
    case 'withdraw-invitation':
      return withdrawInvitation(team, command);
    case 'accept-invitation':
      return acceptInvitation(team, command, now);
    case 'provision':
      return provision(team, command, now);
    case 'reinstate':
      return reinstate(team, command, now);
    case 'change-role':
      return changeRole(team, command);
    case 'remove-member':
      return removeMember(team, command);
    case 'leave':
      return leave(team, command);
    case 'transfer':
      return transfer(team, command);
    case 'claim-domain':
      return claimDomain(team, command, now);
    case 'verify-domain':
      return verifyDomain(team, command, now);
    case 'drop-domain':
      return dropDomain(team, command);
    case 'set-provider':
      return setProvider(team, command);
    case 'delete':
      return deleteTeam(team, command, now);
    case 'look-again':
      return ok(lookAgain(team, command));
    case 'note-billing':
      return ok(noteBilling(team, command, now));
    case 'set-plan':
      return ok(setPlan(team, command, now));
    default:
      return command satisfies never;
  }
}
