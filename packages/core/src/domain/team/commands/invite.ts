import { ok, type Result, reject } from '../../rejection.ts';
import type { CommandOf, TeamChange } from '../commands.ts';
import { MAX_INVITATIONS, type Team } from '../state.ts';

/**
 * Offers a person to join. Another invitation of the same person, or of the same id, takes the place of the first; those
 * past their time make room.
 */
export function invite(team: Team, { invitation }: CommandOf<'invite'>, now: number): Result<TeamChange> {
  const { id, email, role } = invitation;
  if (team.personalOf !== null) return reject('personal_team', 'Found a team to work with others');
  if (team.members.some((member) => member.email === email)) {
    return reject('already_member', `${email} is a member already`, '/email');
  }
  const others = team.invitations.filter(
    (other) => other.expiresAt > now && other.email !== email && other.id !== id,
  );
  if (others.length >= MAX_INVITATIONS) {
    return reject('team_full', `There are ${MAX_INVITATIONS} open invitations; withdraw some`);
  }
  return ok({
    team: { ...team, invitations: [...others, invitation] },
    notes: [{ action: 'invitation.created', subject: id, message: `Invited ${email} as ${role}` }],
  });
}
