import type { Role } from '@minoots/contract';
import { ok, type Result, reject } from '../../rejection.ts';
import type { CommandOf, Person, TeamChange } from '../commands.ts';
import { MAX_MEMBERS, type Team } from '../state.ts';

/** Lets a person in who has the token of an open invitation and has confirmed the email address that it is for. */
export function acceptInvitation(
  team: Team,
  { tokenHash, person }: CommandOf<'accept-invitation'>,
  now: number,
): Result<TeamChange> {
  if (isMember(team, person)) return reject('already_member', 'You are a member of this team already');
  const found = team.invitations.find((invitation) => invitation.tokenHash === tokenHash);
  const isOpen = found !== undefined && found.expiresAt > now;
  if (!isOpen || found.email !== person.email || !person.emailVerified) {
    return reject(
      'invitation_invalid',
      'It is used up, withdrawn, past its time, or for another email address than the one that you have confirmed',
    );
  }
  const invitations = team.invitations.filter((other) => other !== found);
  return join({ ...team, invitations }, person, found.role, now, 'member.joined');
}

/** Lets a person in whom single sign-on vouches for; one who is a member already stays what they are. */
export function provision(
  team: Team,
  { person, role }: CommandOf<'provision'>,
  now: number,
): Result<TeamChange> {
  if (team.personalOf !== null) return reject('personal_team', 'A personal team takes nobody else in');
  if (isMember(team, person)) return ok({ team, notes: [] });
  return join(team, person, role, now, 'member.provisioned');
}

/** Makes a person an owner, as a member who is there or as one more, however many there are. */
export function reinstate(team: Team, { person }: CommandOf<'reinstate'>, now: number): Result<TeamChange> {
  const { userId, email, name } = person;
  const found = team.members.find((member) => member.userId === userId);
  if (found?.role === 'owner') return ok({ team, notes: [] });
  const member = { ...(found ?? { userId, email, name, joinedAt: now }), role: 'owner' as const };
  const others = team.members.filter((other) => other !== found);
  return ok({
    team: { ...team, members: [...others, member] },
    notes: [{ action: 'member.reinstated', subject: userId, message: `${email} is an owner again` }],
  });
}

function isMember(team: Team, person: Person): boolean {
  return team.members.some(({ userId }) => userId === person.userId);
}

function join(team: Team, person: Person, role: Role, now: number, action: string): Result<TeamChange> {
  if (team.members.length >= MAX_MEMBERS) {
    return reject('team_full', `The team has ${MAX_MEMBERS} members and takes no more`);
  }
  const { userId, email, name } = person;
  // Who came in by another way needs their invitation no more.
  const invitations = team.invitations.filter((invitation) => invitation.email !== email);
  const members = [...team.members, { userId, email, name, role, joinedAt: now }];
  return ok({
    team: { ...team, members, invitations },
    notes: [{ action, subject: userId, message: `${email} joined as ${role}` }],
  });
}
