import { ok, type Result, reject } from '../../rejection.ts';
import type { CommandOf, TeamChange } from '../commands.ts';
import type { Team } from '../state.ts';

/** Takes an invitation back. */
export function withdrawInvitation(
  team: Team,
  { invitationId }: CommandOf<'withdraw-invitation'>,
): Result<TeamChange> {
  const found = team.invitations.find(({ id }) => id === invitationId);
  if (found === undefined) return reject('not_found', `There is no invitation ${invitationId}`);
  const message = `Withdrew the invitation of ${found.email}`;
  return ok({
    team: { ...team, invitations: team.invitations.filter((other) => other !== found) },
    notes: [{ action: 'invitation.withdrawn', subject: found.id, message }],
  });
}
