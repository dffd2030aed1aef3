import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TeamSlug } from '@minoots/contract';
import { personalTeamId, welcomePerson } from '../app/teams/welcome.ts';
import type { Team } from '../domain/team/state.ts';
import type { TeamStore } from '../ports/team-store.ts';
import { memoryTeamStore } from '../testing/memory-team-store.ts';
import { FOUNDED_AT, samplePerson, sampleTeam } from '../testing/sample-team.ts';
import { People, REMEMBER_MS } from './people.ts';
import { watchedTeams } from './watched-teams.ts';

const bob = samplePerson('bob', { name: 'Bob Böhm' });

describe('People', () => {
  let stored: ReturnType<typeof memoryTeamStore>;
  let teams: TeamStore;
  let people: People;
  let reads: number;
  const elapsed = { ms: 0, now: () => elapsed.ms };
  const clock = { now: () => FOUNDED_AT };
  beforeEach(() => {
    stored = memoryTeamStore();
    reads = 0;
    elapsed.ms = 0;
    people = new People({
      teams: {
        get: (id) => {
          reads++;
          return stored.teams.get(id);
        },
        findBySlug: (slug) => {
          reads++;
          return stored.teams.findBySlug(slug);
        },
      },
      homeOf: personalTeamId,
      welcome: (person) => welcomePerson({ teams: stored.teams, clock, startPlan: 'free' }, person),
      elapsed,
    });
    teams = watchedTeams(stored.teams, (teamId) => people.forget(teamId));
  });

  const withBob = (role: 'viewer' | 'admin' = 'viewer'): Team => {
    const team = sampleTeam();
    const { userId, email } = bob;
    return {
      ...team,
      members: [...team.members, { userId, email, name: null, role, joinedAt: FOUNDED_AT }],
    };
  };
  const change = (team: Team) => teams.update(team.id, () => ({ save: team, result: null }));

  describe('when a person comes for the first time', () => {
    it('makes a team of their own, on the plan to begin with', async () => {
      const principal = await people.principalOf(bob, null);
      expect(principal).toMatchObject({ type: 'user', id: 'usr_bob', role: 'owner', person: bob });
      const team = await stored.teams.get(principal.teamId);
      expect(team).toMatchObject({ name: 'Bob Böhm', personalOf: 'usr_bob', plan: { id: 'free' } });
      expect(team?.slug).toMatch(/^bob-bohm-[0-9a-z]{6}$/);
      const { entries } = await stored.audit.list(principal.teamId, 10);
      expect(entries).toMatchObject([{ action: 'team.created', actor: 'usr_bob' }]);
    });

    it('makes one of parallel requests', async () => {
      const principals = await Promise.all(Array.from({ length: 10 }, () => people.principalOf(bob, null)));
      expect(new Set(principals.map(({ teamId }) => teamId)).size).toBe(1);
      expect(await stored.teams.listOf('usr_bob')).toHaveLength(1);
    });

    it('asks before it lets them in, and not again', async () => {
      const greet = jest.fn(async () => {
        if (greet.mock.calls.length === 1) throw new Error('too many');
      });
      await expect(people.principalOf(bob, null, { greet })).rejects.toThrow('too many');
      expect(await stored.teams.listOf('usr_bob')).toEqual([]);
      for (let n = 0; n < 3; n++) await people.principalOf(bob, null, { greet, isFresh: true });
      expect(greet).toHaveBeenCalledTimes(2);
    });

    it('asks once for parallel requests, and not for somebody who was deleted just now', async () => {
      const greet = jest.fn(async () => {});
      await Promise.all(Array.from({ length: 10 }, () => people.principalOf(bob, null, { greet })));
      expect(greet).toHaveBeenCalledTimes(1);
      const deletion = { requestedAt: FOUNDED_AT, lookAt: FOUNDED_AT, account: null };
      await teams.update(personalTeamId(bob), (team) =>
        team === null ? { result: null } : { save: { ...team, members: [], deletion }, result: null },
      );
      await expect(people.principalOf(bob, null, { greet })).rejects.toMatchObject({ code: 'not_found' });
      expect(greet).toHaveBeenCalledTimes(1);
    });

    it('takes a longer slug where others have the short one', async () => {
      const first = await people.principalOf(bob, null);
      const taken = (await stored.teams.get(first.teamId))?.slug ?? '';
      await stored.teams.update(first.teamId, () => ({ remove: true, result: null }));
      await stored.teams.insert(sampleTeam({ slug: taken }), []);
      elapsed.ms = REMEMBER_MS;
      const { teamId } = await people.principalOf(bob, null);
      expect((await stored.teams.get(teamId))?.slug).toMatch(/^bob-bohm-[0-9a-z]{22}$/);
    });

    it.each([
      { name: '木'.repeat(100), email: '' },
      { name: `${'a'.repeat(32)} ${'b'.repeat(60)}` },
      { name: null, email: '' },
      { name: '㎒'.repeat(50) },
    ])('makes a sound slug of %j', async (fields) => {
      const { teamId } = await people.principalOf({ ...bob, ...fields }, null);
      expect(TeamSlug.safeParse((await stored.teams.get(teamId))?.slug).success).toBe(true);
    });
  });

  it('gives what the role may do, and what is of the person', async () => {
    const team = withBob();
    await teams.insert(team, []);
    const { teamId, role, scopes } = await people.principalOf(bob, team.slug);
    expect([teamId, role]).toEqual([team.id, 'viewer']);
    expect([...scopes].sort()).toEqual([
      'account',
      'agents:read',
      'context:read',
      'inbox:read',
      'teams:read',
      'timers:read',
    ]);
  });

  it.each(['id', 'slug'] as const)(
    'hides a team of others, by %s, as one that does not exist',
    async (by) => {
      const team = sampleTeam();
      await teams.insert(team, []);
      const refusal = { code: 'not_found', message: `There is no team ${team[by]} of yours` };
      await expect(people.principalOf(bob, team[by])).rejects.toMatchObject(refusal);
      await expect(people.principalOf(bob, 'team_none')).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it('asks the store once in ten seconds, or when it has to know', async () => {
    const team = withBob();
    await teams.insert(team, []);
    for (let count = 0; count < 5; count++) await people.principalOf(bob, team.slug);
    expect(reads).toBe(1);
    await people.principalOf(bob, team.slug, { isFresh: true });
    expect(reads).toBe(2);
    elapsed.ms = REMEMBER_MS;
    await people.principalOf(bob, team.slug);
    expect(reads).toBe(3);
  });

  it('learns within ten seconds of a change in another process, and at once where it has to know', async () => {
    const team = withBob('admin');
    await teams.insert(team, []);
    await people.principalOf(bob, team.id);
    await stored.teams.update(team.id, () => ({ save: sampleTeam({ id: team.id }), result: null }));
    expect((await people.principalOf(bob, team.id)).role).toBe('admin');
    await expect(people.principalOf(bob, team.id, { isFresh: true })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(people.principalOf(bob, team.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('learns at once of a change in this process, by whatever name it was asked', async () => {
    const team = withBob('admin');
    await teams.insert(team, []);
    for (const ref of [team.id, team.slug]) await people.principalOf(bob, ref);
    await change({ ...team, members: withBob('viewer').members });
    expect((await people.principalOf(bob, team.id)).role).toBe('viewer');
    expect((await people.principalOf(bob, team.slug)).role).toBe('viewer');
    await change(team);
    expect((await people.principalOf(bob, team.slug)).role).toBe('admin');
  });

  it('does not remember that somebody is not in a team', async () => {
    const team = sampleTeam();
    await teams.insert(team, []);
    await expect(people.principalOf(bob, team.id)).rejects.toMatchObject({ code: 'not_found' });
    await stored.teams.update(team.id, () => ({ save: { ...withBob(), id: team.id }, result: null }));
    expect((await people.principalOf(bob, team.id)).role).toBe('viewer');
  });
});
