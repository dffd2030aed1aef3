import type { Role } from '@minoots/contract';
import { ok, type Result, reject } from '../rejection.ts';
import type { Person, TeamChange, TeamCommand } from './commands.ts';
import { setPlan } from './plan.ts';
import { isAtLeast } from './roles.ts';
import { type AuditNote, MAX_INVITATIONS, MAX_MEMBERS, type Member, type Team } from './state.ts';

/** A team after a command. The very same team means that nothing changed. */
export interface TeamTransition {
  team: Team;
  notes: AuditNote[];
}

type CommandOf<T extends TeamCommand['type']> = Extract<TeamCommand, { type: T }>;

/** The one way a team changes: pure, with the clock passed in. It always has an owner. */
export function transition(team: Team, command: TeamCommand, now: number): Result<TeamTransition> {
  const result = apply(team, command, now);
  if (!result.ok) return result;
  const { team: changed, notes } = result.value;
  if (changed === team) return ok({ team, notes: [] });
  if (!changed.members.some(({ role }) => role === 'owner')) {
    return reject('last_owner', 'The last owner stays: make somebody else an owner first');
  }
  return ok({
    team: { ...changed, updatedAt: now, version: team.version + 1 },
    notes: notes.map((note) => ({ ...note, at: now, actor: command.actor })),
  });
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
    case 'change-role':
      return changeRole(team, command);
    case 'remove-member':
      return removeMember(team, command);
    case 'leave':
      return leave(team, command);
    case 'transfer':
      return transfer(team, command);
    case 'set-plan':
      return ok(setPlan(team, command, now));
    default:
      return command satisfies never;
  }
}

function update(team: Team, { name = team.name, slug = team.slug }: CommandOf<'update'>): Result<TeamChange> {
  if (name === team.name && slug === team.slug) return ok({ team, notes: [] });
  const message = `Named ${name}, with the slug ${slug}`;
  return ok({
    team: { ...team, name, slug },
    notes: [{ action: 'team.updated', subject: team.id, message }],
  });
}

function invite(team: Team, { invitation }: CommandOf<'invite'>, now: number): Result<TeamChange> {
  const { id, email, role } = invitation;
  if (team.personalOf !== null) return reject('personal_team', 'Found a team to work with others');
  if (team.members.some((member) => member.email === email)) {
    return reject('already_member', `${email} is a member already`, '/email');
  }
  // Another invitation of the same person takes the place of the first.
  const others = team.invitations.filter((other) => other.expiresAt > now && other.email !== email);
  if (others.length >= MAX_INVITATIONS) {
    return reject('team_full', `There are ${MAX_INVITATIONS} open invitations; withdraw some`);
  }
  const message = `Invited ${email} as ${role}`;
  return ok({
    team: { ...team, invitations: [...others, invitation] },
    notes: [{ action: 'invitation.created', subject: id, message }],
  });
}

function withdrawInvitation(
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

function acceptInvitation(
  team: Team,
  { tokenHash, person }: CommandOf<'accept-invitation'>,
  now: number,
): Result<TeamChange> {
  const found = team.invitations.find((invitation) => invitation.tokenHash === tokenHash);
  if (team.members.some(({ userId }) => userId === person.userId)) {
    return reject('already_member', 'You are a member of this team already');
  }
  if (
    found === undefined ||
    found.expiresAt <= now ||
    found.email !== person.email ||
    !person.emailVerified
  ) {
    return reject(
      'invitation_invalid',
      'It is used up, withdrawn, past its time, or for another email address than the one that you have confirmed',
    );
  }
  const invitations = team.invitations.filter((other) => other !== found);
  return join({ ...team, invitations }, person, found.role, now, 'member.joined');
}

function provision(team: Team, { person, role }: CommandOf<'provision'>, now: number): Result<TeamChange> {
  if (team.members.some(({ userId }) => userId === person.userId)) return ok({ team, notes: [] });
  return join(team, person, role, now, 'member.provisioned');
}

function join(team: Team, person: Person, role: Role, now: number, action: string): Result<TeamChange> {
  if (team.members.length >= MAX_MEMBERS) {
    return reject('team_full', `The team has ${MAX_MEMBERS} members and takes no more`);
  }
  const { userId, email, name } = person;
  const members = [...team.members, { userId, email, name, role, joinedAt: now }];
  return ok({
    team: { ...team, members },
    notes: [{ action, subject: userId, message: `${email} joined as ${role}` }],
  });
}

function changeRole(team: Team, { userId, role, by }: CommandOf<'change-role'>): Result<TeamChange> {
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

function removeMember(team: Team, { userId, by }: CommandOf<'remove-member'>): Result<TeamChange> {
  const found = memberBelow(team, userId, by);
  if (!found.ok) return found;
  return ok({
    team: without(team, userId),
    notes: [{ action: 'member.removed', subject: userId, message: `Removed ${found.value.email}` }],
  });
}

function leave(team: Team, { userId }: CommandOf<'leave'>): Result<TeamChange> {
  const member = team.members.find((other) => other.userId === userId);
  if (member === undefined) return reject('not_found', 'You are not a member of this team');
  if (team.personalOf === userId) return reject('personal_team', 'Nobody leaves their personal team');
  return ok({
    team: without(team, userId),
    notes: [{ action: 'member.left', subject: userId, message: `${member.email} left` }],
  });
}

function transfer(team: Team, { from, to }: CommandOf<'transfer'>): Result<TeamChange> {
  const heir = team.members.find(({ userId }) => userId === to);
  const owner = team.members.find(({ userId }) => userId === from);
  if (heir === undefined) return reject('not_found', `There is no member ${to}`, '/to_user_id');
  if (owner?.role !== 'owner') return reject('forbidden', 'Only an owner can hand a team over');
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
