import type { Role } from '@minoots/contract';
import { ok, type Result, reject } from '../../rejection.ts';
import type { CommandOf, TeamChange } from '../commands.ts';
import { isAtLeast } from '../roles.ts';
import type { Member, Team } from '../state.ts';

/** Gives a member another role, no higher than that of the one who asks. */
export function changeRole(team: Team, { userId, role, by }: CommandOf<'change-role'>): Result<TeamChange> {
  const found = memberBelow(team, userId, by);
  if (!found.ok) return found;
  const member = found.value;
  if (!isAtLeast(by, role)) return reject('forbidden', `Only an owner can make somebody ${role}`, '/role');
  if (member.role === role) return ok({ team, notes: [] });
  const message = `Made ${member.email} ${role} instead of ${member.role}`;
  return ok({
    team: withMember(team, { ...member, role }),
    notes: [{ action: 'member.role_changed', subject: userId, message }],
  });
}

/** Takes a member out of the team. */
export function removeMember(team: Team, { userId, by }: CommandOf<'remove-member'>): Result<TeamChange> {
  const found = memberBelow(team, userId, by);
  if (!found.ok) return found;
  return ok({
    team: without(team, userId),
    notes: [{ action: 'member.removed', subject: userId, message: `Removed ${found.value.email}` }],
  });
}

/** Lets a member go of their own accord. */
export function leave(team: Team, { userId }: CommandOf<'leave'>): Result<TeamChange> {
  const member = team.members.find((other) => other.userId === userId);
  if (member === undefined) return reject('not_found', 'You are not a member of this team');
  if (team.personalOf !== null) return reject('personal_team', 'Nobody leaves their personal team');
  return ok({
    team: without(team, userId),
    notes: [{ action: 'member.left', subject: userId, message: `${member.email} left` }],
  });
}

/** Makes another member an owner, and the owner who asks an admin. */
export function transfer(team: Team, { from, to }: CommandOf<'transfer'>): Result<TeamChange> {
  const heir = team.members.find(({ userId }) => userId === to);
  const owner = team.members.find(({ userId }) => userId === from);
  if (owner?.role !== 'owner') return reject('forbidden', 'Only an owner can hand a team over');
  if (heir === undefined) return reject('not_found', `There is no member ${to}`, '/to_user_id');
  if (heir === owner) return ok({ team, notes: [] });
  const message = `Handed over from ${owner.email} to ${heir.email}`;
  return ok({
    team: withMember(withMember(team, { ...heir, role: 'owner' }), { ...owner, role: 'admin' }),
    notes: [{ action: 'team.transferred', subject: to, message }],
  });
}

/** A member who is not above the one who asks. */
function memberBelow(team: Team, userId: string, by: Role): Result<Member> {
  const member = team.members.find((other) => other.userId === userId);
  if (member === undefined) return reject('not_found', `There is no member ${userId}`);
  return isAtLeast(by, member.role)
    ? ok(member)
    : reject('forbidden', `Only an owner can change a member who is ${member.role}`);
}

function withMember(team: Team, changed: Member): Team {
  const members = team.members.map((member) => (member.userId === changed.userId ? changed : member));
  return { ...team, members };
}

function without(team: Team, userId: string): Team {
  return { ...team, members: team.members.filter((member) => member.userId !== userId) };
}
