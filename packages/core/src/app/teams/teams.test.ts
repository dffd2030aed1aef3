import { beforeEach, describe, expect, it } from '@jest/globals';
import { INVITATION_MS, ROLE_SCOPES, type Role } from '@minoots/contract';
import type { Person } from '../../domain/team/commands.ts';
import type { Team } from '../../domain/team/state.ts';
import { transition } from '../../domain/team/transition.ts';
import type { Principal } from '../../ports/authenticator.ts';
import { memoryTeamStore } from '../../testing/memory-team-store.ts';
import { FOUNDED_AT, samplePerson, sampleTeam } from '../../testing/sample-team.ts';
import type { RequestContext } from '../deps.ts';
import { unwrap } from '../errors.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { removeMember } from './change-member.ts';
import { foundTeam } from './create.ts';
import { getTeam } from './get.ts';
import { invite } from './invite.ts';
import { listInvitations } from './list-invitations.ts';
import { readMe } from './me.ts';
import { updateTeam } from './update.ts';

const ann = samplePerson('ann');
const bob = samplePerson('bob');

describe('teams', () => {
  let stored: ReturnType<typeof memoryTeamStore>;
  let ids: number;
  const clock = { ms: FOUNDED_AT, now: () => clock.ms };
  const random = { id: () => String(++ids).padStart(22, '0'), jitter: () => 0 };
  const deps = () => ({ ...stored, clock, random, startPlan: 'free' as const });
  beforeEach(() => {
    stored = memoryTeamStore();
    ids = 0;
    clock.ms = FOUNDED_AT;
  });

  const asPerson = (person: Person, teamId: string, role: Role, commandId?: string): RequestContext => {
    const scopes = new Set([...ROLE_SCOPES[role], 'account' as const]);
    const principal: Principal = { type: 'user', id: person.userId, teamId, role, person, scopes };
    return { principal, ...(commandId === undefined ? {} : { commandId }) };
  };
  const asKey = (teamId: string): RequestContext => ({
    principal: {
      type: 'api-key',
      id: 'key_1',
      teamId,
      role: null,
      person: null,
      scopes: new Set(['teams:admin']),
    },
  });
  const add = async (fields: Parameters<typeof sampleTeam>[0] = {}): Promise<Team> => {
    const team = sampleTeam(fields);
    await stored.teams.insert(team, []);
    return team;
  };
  const free = { id: 'free', historyMs: 1 } as const;

  describe('invite', () => {
    it('needs a plan with collaboration, and names the cheapest', async () => {
      const team = await add({ plan: free });
      const asked = invite(deps(), asPerson(ann, team.id, 'owner'), { email: bob.email });
      await expect(asked).rejects.toMatchObject({
        code: 'plan_required',
        message: 'Inviting others needs the plan pro; the team is on free',
        members: { plan: 'free', feature: 'collaboration', required_plan: 'pro' },
      });
      expect(await stored.teams.get(team.id)).toEqual(team);
    });

    it('names no plan where no plan would help: in a personal team', async () => {
      const team = await add({ plan: free, isPersonal: true });
      const asked = invite(deps(), asPerson(ann, team.id, 'owner'), { email: bob.email });
      await expect(asked).rejects.toMatchObject({ code: 'personal_team' });
    });

    it('stores nothing that a token could be had from', async () => {
      const team = await add();
      const { token } = await invite(deps(), asPerson(ann, team.id, 'owner'), { email: bob.email });
      const { entries } = await stored.audit.list(team.id, 10);
      const known = JSON.stringify([await stored.teams.get(team.id), entries]);
      expect(known).toContain('inv_');
      expect(known).not.toContain(token.slice('mnt_invite_'.length));
    });

    it('holds for a week', async () => {
      const team = await add();
      const owner = asPerson(ann, team.id, 'owner');
      const { token } = await invite(deps(), owner, { email: bob.email });
      clock.ms = FOUNDED_AT + INVITATION_MS;
      expect(await listInvitations(deps(), owner)).toEqual([]);
      const late = acceptInvitation(deps(), asPerson(bob, 'team_bob', 'owner'), token);
      await expect(late).rejects.toMatchObject({ code: 'invitation_invalid' });
      clock.ms -= 1;
      expect(await listInvitations(deps(), owner)).toHaveLength(1);
      const joined = await acceptInvitation(deps(), asPerson(bob, 'team_bob', 'owner'), token);
      expect(joined.members.map(({ userId }) => userId)).toEqual(['usr_ann', 'usr_bob']);
    });

    it('makes one invitation of a request whose answer got lost, with a token that works', async () => {
      const team = await add();
      const owner = asPerson(ann, team.id, 'owner', 'command');
      const first = await invite(deps(), owner, { email: bob.email });
      const again = await invite(deps(), owner, { email: bob.email });
      expect(again.invitation.id).toBe(first.invitation.id);
      expect(await listInvitations(deps(), owner)).toHaveLength(1);
      const bobs = asPerson(bob, 'team_bob', 'owner');
      const old = acceptInvitation(deps(), bobs, first.token);
      await expect(old).rejects.toMatchObject({ code: 'invitation_invalid' });
      await acceptInvitation(deps(), bobs, again.token);
    });
  });

  describe('a change of a team', () => {
    it('is judged by what whoever asks is at that moment, not by what is remembered', async () => {
      const team = await add();
      const stale = asPerson(bob, team.id, 'admin');
      await expect(updateTeam(deps(), stale, { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
      const { userId, email } = bob;
      const members = [
        ...team.members,
        { userId, email, name: null, role: 'member' as const, joinedAt: FOUNDED_AT },
      ];
      await stored.teams.update(team.id, () => ({ save: { ...team, members }, result: null }));
      const demoted = updateTeam(deps(), stale, { name: 'x' });
      await expect(demoted).rejects.toMatchObject({
        code: 'forbidden',
        members: { required_scope: 'teams:admin' },
      });
      expect((await stored.teams.get(team.id))?.name).toBe(team.name);
    });

    it('by a key is one by an admin', async () => {
      const team = await add();
      expect((await updateTeam(deps(), asKey(team.id), { name: 'x' })).name).toBe('x');
      const removed = removeMember(deps(), asKey(team.id), 'usr_ann');
      await expect(removed).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('needs a team that somebody has founded', async () => {
      for (const ask of [getTeam(deps(), asKey('team_keys')), updateTeam(deps(), asKey('team_keys'), {})])
        await expect(ask).rejects.toMatchObject({ code: 'not_found' });
      expect(await readMe(deps(), asKey('team_keys'))).toEqual({ team: null, teams: [] });
    });
  });

  describe('founding a team', () => {
    it('is for people', async () => {
      const asked = foundTeam(deps(), asKey('team_a'), { name: 'x' });
      await expect(asked).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('finds the team that was made when the answer got lost', async () => {
      const ctx = asPerson(ann, 'team_ann', 'owner', 'command');
      const first = await foundTeam(deps(), ctx, { name: 'Crew' });
      expect(await foundTeam(deps(), ctx, { name: 'Crew' })).toEqual(first);
      expect(await stored.teams.listOf('usr_ann')).toEqual([first]);
      const others = await foundTeam(deps(), asPerson(bob, 'team_bob', 'owner', 'command'), { name: 'Crew' });
      expect(others.id).not.toBe(first.id);
    });

    it.each([undefined, 'crew'])(
      'makes no other in the place of one that was deleted since, with the slug %s',
      async (slug) => {
        const ctx = asPerson(ann, 'team_ann', 'owner', 'command');
        const input = { name: 'Crew', ...(slug === undefined ? {} : { slug }) };
        const { id } = await foundTeam(deps(), ctx, input);
        const command = { type: 'delete', confirm: 'crew', account: null, actor: ann.userId } as const;
        await stored.teams.update(id, (team) =>
          team === null
            ? { result: null }
            : { save: unwrap(transition(team, command, FOUNDED_AT)).team, result: null },
        );
        const detail = expect.stringContaining(id);
        for (let time = 0; time < 2; time++)
          await expect(foundTeam(deps(), ctx, input)).rejects.toMatchObject({
            code: 'not_found',
            message: detail,
          });
        expect(await stored.teams.findBySlug('crew')).toBeNull();
      },
    );

    it('ends at a hundred teams, and so does joining', async () => {
      const inviting = await add({ founder: bob });
      const owner = asPerson(bob, inviting.id, 'owner');
      const { token } = await invite(deps(), owner, { email: ann.email });
      const ctx = asPerson(ann, 'team_ann', 'owner');
      for (let count = 0; count < 100; count++) await foundTeam(deps(), ctx, { name: `Crew ${count}` });
      await expect(foundTeam(deps(), ctx, { name: 'x' })).rejects.toMatchObject({ code: 'team_full' });
      const joining = acceptInvitation(deps(), ctx, token);
      await expect(joining).rejects.toMatchObject({ code: 'team_full' });
    });
  });
});
