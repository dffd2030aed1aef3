import { describe, expect, it } from '@jest/globals';
import { PLANS, type Role } from '@minoots/contract';
import { FOUNDED_AT, sampleInvitation, samplePerson, sampleTeam } from '../../testing/sample-team.ts';
import type { TeamCommand } from './commands.ts';
import { historyMsOf } from './plan.ts';
import { type AuditNote, MAX_INVITATIONS, MAX_MEMBERS, type Team } from './state.ts';
import { transition } from './transition.ts';

const DAY = 86_400_000;
type Command = TeamCommand extends infer C ? (C extends { actor: string } ? Omit<C, 'actor'> : never) : never;

/** A team, and the commands that it is given, each a minute after the one before. */
function storyOf(team: Team, notes: readonly AuditNote[] = []) {
  const at = team.updatedAt + 60_000;
  const attempt = (command: Command, now = at) =>
    transition(team, { actor: 'usr_ann', ...command } as TeamCommand, now);
  return {
    team,
    notes,
    /** `user id: role` of all members. */
    members: team.members.map(({ userId, role }) => `${userId}: ${role}`),
    invited: team.invitations.map(({ email }) => email),
    when(command: Command, now = at) {
      const result = attempt(command, now);
      if (!result.ok) throw new Error(`refused: ${result.detail}`);
      return storyOf(result.value.team, [...notes, ...result.value.notes]);
    },
    /** The code and the field of a refusal. */
    refuses(command: Command, now = at) {
      const result = attempt(command, now);
      if (result.ok) throw new Error(`${command.type} was not refused`);
      return result.pointer === undefined ? result.code : `${result.code} ${result.pointer}`;
    },
  };
}

const founded = () => storyOf(sampleTeam());
/** A team of ann, who owns it, and of others in the given roles. */
function teamOf(others: Partial<Record<string, Role>>) {
  const team = sampleTeam();
  const members = Object.entries(others).flatMap(([name, role = 'member']) => {
    const { userId, email } = samplePerson(name);
    return { userId, email, name: null, role, joinedAt: FOUNDED_AT };
  });
  return storyOf({ ...team, members: [...team.members, ...members] });
}

const invite = (name: string, fields = {}): Command => ({
  type: 'invite',
  invitation: sampleInvitation(name, fields),
});
const accept = (name: string, fields = {}): Command => ({
  type: 'accept-invitation',
  tokenHash: `hash of ${name}`,
  person: samplePerson(name, fields),
});

describe('a team', () => {
  it('begins with its founder as its owner', () => {
    const { team, members } = founded();
    expect(members).toEqual(['usr_ann: owner']);
    expect(team).toMatchObject({ personalOf: null, version: 1, createdAt: FOUNDED_AT, invitations: [] });
  });

  it('takes another name and slug, and tells of it', () => {
    const { team, notes } = founded().when({ type: 'update', name: 'Crew', slug: 'crew' });
    expect(team).toMatchObject({ name: 'Crew', slug: 'crew', version: 2, updatedAt: FOUNDED_AT + 60_000 });
    expect(notes).toEqual([
      {
        at: FOUNDED_AT + 60_000,
        actor: 'usr_ann',
        action: 'team.updated',
        subject: team.id,
        message: 'Named Crew, with the slug crew',
      },
    ]);
  });

  it('stays the very same when nothing changes', () => {
    const before = teamOf({ bob: 'admin' });
    const { name, slug } = before.team;
    for (const command of [
      { type: 'update', name, slug },
      { type: 'change-role', userId: 'usr_bob', role: 'admin', by: 'owner' },
      { type: 'transfer', from: 'usr_ann', to: 'usr_ann' },
      { type: 'provision', person: samplePerson('bob'), role: 'viewer' },
    ] as const) {
      const after = before.when(command);
      expect([command.type, after.team === before.team, after.notes]).toEqual([command.type, true, []]);
    }
  });

  describe('with invitations', () => {
    it('lets in whoever has the token and the confirmed address, once, in the role offered', () => {
      const invited = founded().when(invite('bob', { role: 'admin' }));
      const { members, invited: open, notes } = invited.when(accept('bob'));
      expect(members).toEqual(['usr_ann: owner', 'usr_bob: admin']);
      expect(open).toEqual([]);
      expect(notes.map(({ action, subject }) => [action, subject])).toEqual([
        ['invitation.created', 'inv_bob'],
        ['member.joined', 'usr_bob'],
      ]);
    });

    it('says nothing of a token in its notes', () => {
      const { notes } = founded().when(invite('bob')).when(accept('bob'));
      expect(JSON.stringify(notes)).not.toContain('hash of');
    });

    it.each<[string, Command]>([
      ['another address', accept('bob', { email: 'eve@example.com' })],
      ['an address that is not confirmed', accept('bob', { emailVerified: false })],
      ['another token', { ...accept('bob'), tokenHash: 'hash of eve' } as Command],
    ])('keeps out who has %s', (_, command) => {
      expect(founded().when(invite('bob')).refuses(command)).toBe('invitation_invalid');
    });

    it('keeps them open for their time and no longer', () => {
      const invited = founded().when(invite('bob'));
      const { expiresAt } = sampleInvitation('bob');
      expect(invited.refuses(accept('bob'), expiresAt)).toBe('invitation_invalid');
      expect(invited.when(accept('bob'), expiresAt - 1).members).toContain('usr_bob: member');
    });

    it('refuses one that was withdrawn, and one that was used', () => {
      const invited = founded().when(invite('bob'));
      const withdrawn = invited.when({ type: 'withdraw-invitation', invitationId: 'inv_bob' });
      expect(withdrawn.refuses(accept('bob'))).toBe('invitation_invalid');
      expect(withdrawn.refuses({ type: 'withdraw-invitation', invitationId: 'inv_bob' })).toBe('not_found');
      expect(invited.when(accept('bob')).refuses(accept('bob', { userId: 'usr_other' }))).toBe(
        'invitation_invalid',
      );
    });

    it('puts another invitation of the same person, or of the same id, in the place of the first', () => {
      const second = invite('bob', { id: 'inv_2', tokenHash: 'hash of the second', role: 'viewer' });
      const invited = founded().when(invite('bob')).when(second);
      expect(invited.invited).toEqual(['bob@example.com']);
      expect(invited.refuses(accept('bob'))).toBe('invitation_invalid');
      const moved = invited.when(invite('cid', { id: 'inv_2' }));
      expect(moved.invited).toEqual(['cid@example.com']);
    });

    it('invites nobody who is a member', () => {
      const joined = founded().when(invite('bob')).when(accept('bob'));
      expect(joined.refuses(invite('bob'))).toBe('already_member /email');
      expect(joined.refuses(accept('bob'))).toBe('already_member');
    });

    it('holds so many open ones and no more; those past their time make room', () => {
      const invitations = Array.from({ length: MAX_INVITATIONS }, (_, index) =>
        sampleInvitation(`guest${index}`),
      );
      const full = storyOf({ ...sampleTeam(), invitations });
      expect(full.refuses(invite('bob'))).toBe('team_full');
      expect(full.when(invite('guest0', { id: 'inv_again' })).invited).toHaveLength(MAX_INVITATIONS);
      expect(full.when(invite('bob'), sampleInvitation('bob').expiresAt).invited).toEqual([
        'bob@example.com',
      ]);
    });
  });

  describe('with single sign-on', () => {
    it('takes in whom it vouches for, and takes their invitation back', () => {
      const { members, invited } = founded()
        .when(invite('bob', { role: 'admin' }))
        .when({ type: 'provision', person: samplePerson('bob'), role: 'viewer' });
      expect(members).toEqual(['usr_ann: owner', 'usr_bob: viewer']);
      expect(invited).toEqual([]);
    });
  });

  it('takes no more members than it can hold', () => {
    const members = Array.from({ length: MAX_MEMBERS }, (_, index) => {
      const { userId, email } = samplePerson(`m${index}`);
      return { userId, email, name: null, role: 'owner', joinedAt: FOUNDED_AT } as const;
    });
    const full = storyOf({ ...sampleTeam(), members }).when(invite('bob'));
    expect(full.refuses(accept('bob'))).toBe('team_full');
    expect(full.refuses({ type: 'provision', person: samplePerson('bob'), role: 'member' })).toBe(
      'team_full',
    );
    expect(full.team.invitations).toHaveLength(1);
  });

  describe('with roles', () => {
    it('gives a member another one, and tells which', () => {
      const { members, notes } = teamOf({ bob: 'viewer' }).when({
        type: 'change-role',
        userId: 'usr_bob',
        role: 'admin',
        by: 'admin',
      });
      expect(members).toEqual(['usr_ann: owner', 'usr_bob: admin']);
      expect(notes[0]?.message).toBe('Made bob@example.com admin instead of viewer');
    });

    it('lets nobody change or remove somebody above them, or raise anybody above themselves', () => {
      const team = teamOf({ bob: 'admin', cid: 'member' });
      const change = { type: 'change-role', by: 'admin' } as const;
      expect(team.refuses({ ...change, userId: 'usr_ann', role: 'viewer' })).toBe('forbidden');
      expect(team.refuses({ ...change, userId: 'usr_cid', role: 'owner' })).toBe('forbidden /role');
      expect(team.refuses({ ...change, userId: 'usr_bob', role: 'owner' })).toBe('forbidden /role');
      expect(team.refuses({ type: 'remove-member', userId: 'usr_ann', by: 'admin' })).toBe('forbidden');
      expect(team.refuses({ ...change, userId: 'usr_eve', role: 'viewer' })).toBe('not_found');
      expect(team.refuses({ type: 'remove-member', userId: 'usr_eve', by: 'owner' })).toBe('not_found');
    });

    it('lets members go, and removes them', () => {
      const team = teamOf({ bob: 'admin', cid: 'member' });
      expect(team.when({ type: 'leave', userId: 'usr_bob' }).members).toEqual([
        'usr_ann: owner',
        'usr_cid: member',
      ]);
      const { members, notes } = team.when({ type: 'remove-member', userId: 'usr_cid', by: 'admin' });
      expect(members).toEqual(['usr_ann: owner', 'usr_bob: admin']);
      expect(notes[0]).toMatchObject({ action: 'member.removed', subject: 'usr_cid' });
      expect(team.refuses({ type: 'leave', userId: 'usr_eve' })).toBe('not_found');
    });

    it.each<Command>([
      { type: 'leave', userId: 'usr_ann' },
      { type: 'remove-member', userId: 'usr_ann', by: 'owner' },
      { type: 'change-role', userId: 'usr_ann', role: 'admin', by: 'owner' },
    ])('keeps its last owner: $type', (command) => {
      expect(teamOf({ bob: 'admin' }).refuses(command)).toBe('last_owner');
      expect(teamOf({ bob: 'owner' }).when(command).members).toContain('usr_bob: owner');
    });

    it('is handed over by an owner to another member', () => {
      const team = teamOf({ bob: 'viewer', cid: 'admin' });
      const { members, notes } = team.when({ type: 'transfer', from: 'usr_ann', to: 'usr_bob' });
      expect(members).toEqual(['usr_ann: admin', 'usr_bob: owner', 'usr_cid: admin']);
      expect(notes[0]).toMatchObject({ action: 'team.transferred', subject: 'usr_bob' });
      expect(team.refuses({ type: 'transfer', from: 'usr_cid', to: 'usr_bob' })).toBe('forbidden');
      expect(team.refuses({ type: 'transfer', from: 'usr_ann', to: 'usr_eve' })).toBe(
        'not_found /to_user_id',
      );
    });
  });

  it('makes whoever holds the data an owner again, who may have left or been set back', () => {
    const reinstate: Command = { type: 'reinstate', person: samplePerson('bob') };
    expect(founded().when(reinstate).members).toContain('usr_bob: owner');
    const { members, notes } = teamOf({ bob: 'viewer' }).when(reinstate);
    expect(members).toEqual(['usr_ann: owner', 'usr_bob: owner']);
    expect(notes[0]?.action).toBe('member.reinstated');
    const before = teamOf({ bob: 'owner' });
    expect(before.when(reinstate).team).toBe(before.team);
  });

  describe('that is personal', () => {
    const personal = () => storyOf(sampleTeam({ isPersonal: true }));

    it('stays with its owner alone', () => {
      expect(personal().team.personalOf).toBe('usr_ann');
      expect(personal().refuses(invite('bob'))).toBe('personal_team');
      expect(personal().refuses({ type: 'leave', userId: 'usr_ann' })).toBe('personal_team');
      const provision = { type: 'provision', person: samplePerson('bob'), role: 'member' } as const;
      expect(personal().refuses(provision)).toBe('personal_team');
    });
  });

  describe('on a plan', () => {
    const plan = (id: 'free' | 'pro' | 'enterprise', setBy: 'admin' | 'billing' = 'billing'): Command => ({
      type: 'set-plan',
      plan: { id, historyMs: PLANS[id].historyMs },
      setBy,
      graceMs: 30 * DAY,
    });

    it('is put on another, and tells of it', () => {
      const { team, notes } = founded().when(plan('enterprise'));
      expect(team.plan).toMatchObject({ id: 'enterprise', setBy: 'billing', grace: null });
      expect(notes).toMatchObject([
        { action: 'team.plan_changed', message: 'Changed the plan from pro to enterprise' },
      ]);
    });

    it('keeps the longer history for a while after a change to a smaller one', () => {
      const { team } = founded().when(plan('free'));
      const until = team.plan.since + 30 * DAY;
      expect(historyMsOf(team.plan, until - 1)).toBe(PLANS.pro.historyMs);
      expect(historyMsOf(team.plan, until)).toBe(PLANS.free.historyMs);
    });

    it('keeps the longest that is still kept when it shrinks twice', () => {
      const { team } = storyOf(founded().when(plan('enterprise')).team)
        .when(plan('pro'))
        .when(plan('free'));
      expect(historyMsOf(team.plan, team.plan.since)).toBe(PLANS.enterprise.historyMs);
    });

    it('notes who sets the one that it has, and no more', () => {
      const before = founded().when(plan('enterprise'));
      const after = before.when(plan('enterprise', 'admin'));
      expect(after.team.plan).toEqual({ ...before.team.plan, setBy: 'admin' });
      expect(after.notes).toEqual(before.notes);
      expect(after.when(plan('enterprise', 'admin')).team).toBe(after.team);
    });

    it('takes another span of history of the same plan', () => {
      const shorter: Command = { ...plan('pro'), plan: { id: 'pro', historyMs: DAY } } as Command;
      const { team, notes } = founded().when(shorter);
      expect(team.plan).toMatchObject({ id: 'pro', historyMs: DAY });
      expect(notes[0]?.message).toBe('Changed how long history is kept');
    });
  });
});

describe('a team that an operator has made for programs', () => {
  it('is changed, joined and left like others, without an owner', () => {
    const { userId } = samplePerson('bob');
    const story = storyOf(sampleTeam({ founder: null }))
      .when({ type: 'update', slug: 'robots' })
      .when(invite('bob', { role: 'admin' }))
      .when({ type: 'accept-invitation', tokenHash: 'hash of bob', person: samplePerson('bob') });
    expect(story.members).toEqual(['usr_bob: admin']);
    expect(story.when({ type: 'leave', userId }).members).toEqual([]);
  });
});
