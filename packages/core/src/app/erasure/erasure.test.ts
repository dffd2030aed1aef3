import { beforeEach, describe, expect, it } from '@jest/globals';
import { ROLE_SCOPES } from '@minoots/contract';
import { fakeEngine, NOW } from '../../api/fake-engine.ts';
import type { Person } from '../../domain/team/commands.ts';
import type { Team } from '../../domain/team/state.ts';
import { sampleInvitation, samplePerson, sampleTeam } from '../../testing/sample-team.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { changePlan } from '../plans/change.ts';
import { welcomePerson } from '../teams/welcome.ts';
import { wakeTimer } from '../timers/wake.ts';
import { deleteAccount } from './delete-account.ts';
import { deleteAnyTeam } from './delete-any-team.ts';
import { deleteTeam } from './delete-team.ts';
import { REMEMBERED_MS } from './erase.ts';
import { RETRY_MS, tendErasures } from './tend.ts';

const ann = samplePerson('ann');

/** An engine whose stores hold a number of records of each team, and what it did, in order. */
function openBench() {
  const records = new Map<string, number>();
  const accounts = new Set<string>();
  const done: string[] = [];
  /** Steps until one fails; then all of them go well again. */
  let healthy = Number.POSITIVE_INFINITY;
  let killed: 'before' | 'after' = 'before';
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const isLast = healthy-- <= 0;
    if (isLast) healthy = Number.POSITIVE_INFINITY;
    if (isLast && killed === 'before') throw new Error(`killed before ${what}`);
    const result = await work();
    done.push(what);
    if (isLast) throw new Error(`killed after ${what}`);
    return result;
  };
  const clock = { ms: NOW, now: () => clock.ms };
  const plain = fakeEngine({ clock });
  const deps: Deps = {
    ...plain,
    teams: {
      ...plain.teams,
      update: (teamId, decide) => step('update', () => plain.teams.update(teamId, decide)),
    },
    eraser: {
      eraseSome: (teamId, limit) =>
        step('erase', async () => {
          const left = records.get(teamId) ?? 0;
          records.set(teamId, Math.max(0, left - limit));
          return Math.min(left, limit);
        }),
    },
    audit: {
      ...plain.audit,
      pseudonymiseSome: (...given) => step('pseudonymise', () => plain.audit.pseudonymiseSome(...given)),
    },
    accounts: {
      remove: (userId) =>
        step('remove account', async () => {
          accounts.delete(userId);
        }),
    },
  };
  const failAfter = (steps: number, how: 'before' | 'after' = 'before') => {
    healthy = steps;
    killed = how;
  };
  return { deps, clock, records, accounts, done, failAfter, isSpared: () => Number.isFinite(healthy) };
}

function asking({ id: teamId }: Team, person: Person = ann): RequestContext {
  const scopes = new Set([...ROLE_SCOPES.owner, 'account' as const]);
  return { principal: { type: 'user', id: person.userId, teamId, role: 'owner', scopes, person } };
}

describe('the deletion of teams and accounts', () => {
  let bench: ReturnType<typeof openBench>;
  let deps: Deps;
  beforeEach(() => {
    bench = openBench();
    deps = bench.deps;
  });

  const found = async (fields: Partial<Team> = {}) => {
    const team = { ...sampleTeam(), ...fields };
    await deps.teams.insert(team, []);
    bench.records.set(team.id, 3);
    return team;
  };
  const memberOf = ({ userId, email }: Person, role: 'owner' | 'member') => ({
    ...{ userId, email, name: null, role, joinedAt: NOW },
  });

  it('lets no timer of a deleted team fire, though it is there yet', async () => {
    const team = await found();
    const timer = sampleTimer({ teamId: team.id, when: { type: 'instant', at: NOW } }, NOW - 1_000);
    await deps.timers.insert([timer]);
    bench.failAfter(1);
    await deleteTeam(deps, asking(team), team.slug);
    const alarm = { teamId: team.id, timerId: timer.id, at: NOW, generation: timer.generation };
    await wakeTimer(deps, alarm);
    expect((await deps.timers.get(alarm))?.status).toBe('running');
  });

  it.each([1, 2, 3])('goes on with a team that was left at step %i', async (steps) => {
    const team = await found();
    bench.failAfter(steps);
    expect(await deleteTeam(deps, asking(team), team.slug)).toBe(team);
    expect(await deps.teams.findBySlug(team.slug)).toBeNull();
    await tendErasures(deps);
    expect(bench.records.get(team.id)).toBe(0);
    expect(await tendErasures(deps)).toEqual({ erased: 0, failed: 0 });
  });

  it('stops when its time is up, and goes on with the next look', async () => {
    const team = await found();
    bench.records.set(team.id, 1_200);
    let elapsedMs = 0;
    const slow = { ...deps, realTime: { ...deps.realTime, now: () => (elapsedMs += 2_000) } };
    await deleteTeam(slow, asking(team), team.slug);
    expect(bench.records.get(team.id)).toBe(700);
    await tendErasures(slow, 0);
    expect(bench.records.get(team.id)).toBe(200);
    await tendErasures(slow);
    expect(bench.records.get(team.id)).toBe(0);
    expect(await tendErasures(slow)).toEqual({ erased: 0, failed: 0 });
  });

  it('stops amid the notes that name a person when its time is up, and removes their account after the last', async () => {
    const bob = samplePerson('bob');
    const home = await welcomePerson(deps, ann);
    const other = await found({ members: [memberOf(bob, 'owner')] });
    const about = { at: NOW, actor: ann.userId, action: 'member.joined', subject: null, message: 'Joined' };
    await deps.audit.append(other.id, Array(1_200).fill(about));
    bench.accounts.add(ann.userId);
    let elapsedMs = 0;
    const slow = { ...deps, realTime: { ...deps.realTime, now: () => (elapsedMs += 2_000) } };
    const named = async () => {
      const { entries } = await deps.audit.list(other.id, 2_000);
      return entries.filter(({ actor }) => actor === ann.userId).length;
    };
    await deleteAccount(slow, asking(home), ann.email);
    expect(await named()).toBeGreaterThan(200);
    expect(bench.accounts.size).toBe(1);
    await tendErasures(slow);
    expect(await named()).toBe(0);
    expect(bench.accounts.size).toBe(0);
  });

  it('puts a deleted team on no plan, whoever asks', async () => {
    const team = await found();
    await deleteTeam(deps, asking(team), team.slug);
    const plan = { id: 'enterprise', historyMs: 1 } as const;
    const command = { type: 'set-plan', actor: 'service', plan, setBy: 'admin', graceMs: 0 } as const;
    expect(await changePlan(deps, team.id, command)).toBeNull();
  });

  it('erases what came in meanwhile, and then the team itself', async () => {
    const team = await found();
    await deleteTeam(deps, asking(team), team.slug);
    bench.records.set(team.id, 1);
    bench.clock.ms += REMEMBERED_MS - 1;
    expect(await tendErasures(deps)).toEqual({ erased: 0, failed: 0 });
    expect((await deps.teams.get(team.id))?.deletion).toBeDefined();
    bench.clock.ms += 1;
    expect(await tendErasures(deps)).toEqual({ erased: 1, failed: 0 });
    expect(bench.records.get(team.id)).toBe(0);
    expect(await deps.teams.get(team.id)).toBeNull();
  });

  it('deletes neither the team nor the person that an engine for one cannot do without', async () => {
    const team = await found();
    const local = { ...deps, local: { teamId: team.id, userId: ann.userId } };
    await expect(deleteTeam(local, asking(team), team.slug)).rejects.toMatchObject({ code: 'indispensable' });
    await expect(deleteAccount(local, asking(team), ann.email)).rejects.toMatchObject({
      code: 'indispensable',
    });
    expect((await deps.teams.get(team.id))?.deletion).toBeUndefined();
  });

  it('lets an operator delete a team that nobody owns, and keeps a note of it with the team of the operator', async () => {
    const team = await found({ members: [] });
    const operators = await found();
    expect(await deleteAnyTeam(deps, asking(operators), team.slug, team.slug)).toBe(team);
    expect(bench.records.get(team.id)).toBe(0);
    const { entries } = await deps.audit.list(operators.id, 10);
    expect(entries).toMatchObject([{ action: 'team.deleted', actor: ann.userId, subject: team.id, at: NOW }]);
    expect(JSON.stringify(entries)).not.toContain(team.slug);
    const again = deleteAnyTeam(deps, asking(operators), team.id, team.slug);
    await expect(again).rejects.toMatchObject({ code: 'not_found' });
  });

  it('lets an operator delete the team of operators, of which nothing is kept', async () => {
    const operators = await found({ members: [] });
    await deleteAnyTeam(deps, asking(operators), operators.id, operators.slug);
    const messages = (await deps.audit.list(operators.id, 10)).entries.map(({ message }) => message);
    expect(messages).toEqual([`Deleted the team ${operators.slug}`]);
  });

  it('lets an operator delete neither the team that an engine for one has nor one that pays', async () => {
    const team = await found();
    const local = { ...deps, local: { teamId: team.id, userId: ann.userId } };
    const deletion = deleteAnyTeam(local, asking(await found()), team.slug, team.slug);
    await expect(deletion).rejects.toMatchObject({ code: 'indispensable' });
    const billing = {
      ...{ customerId: 'cus_1', subscriptionId: 'sub_1', status: 'active' as const },
      ...{ renewsAt: NOW, cancels: false, observedAt: NOW },
    };
    const paying = await found({ billing });
    const refused = deleteAnyTeam(deps, asking(team), paying.slug, paying.slug);
    await expect(refused).rejects.toMatchObject({ code: 'subscription_active' });
  });

  it('names the teams that would go on paying, before anything is done', async () => {
    const home = await welcomePerson(deps, ann);
    const billing = {
      ...{ customerId: 'cus_1', subscriptionId: 'sub_1', status: 'active' as const },
      ...{ renewsAt: NOW, cancels: false, observedAt: NOW },
    };
    const paying = await found({ billing });
    const left = await found({ members: [memberOf(samplePerson('bob'), 'owner'), memberOf(ann, 'member')] });
    await expect(deleteAccount(deps, asking(home), ann.email)).rejects.toMatchObject({
      code: 'subscription_active',
      members: { teams: [{ id: paying.id }] },
    });
    expect((await deps.teams.get(left.id))?.members).toHaveLength(2);
  });

  it('lets nobody back by a token from before, and whoever signs in later begin anew', async () => {
    const home = await welcomePerson(deps, ann);
    await deleteAccount(deps, asking(home), ann.email);
    await expect(welcomePerson(deps, ann)).rejects.toMatchObject({ code: 'not_found' });
    bench.clock.ms += REMEMBERED_MS;
    await tendErasures(deps);
    expect(await welcomePerson(deps, ann)).toMatchObject({ id: home.id, version: 1 });
  });

  it.each(['before', 'after'] as const)(
    'ends the same when it is killed %s any step, with the account last',
    async (how) => {
      let steps = 0;
      for (let isSpared = false; !isSpared; steps++) {
        bench = openBench();
        deps = bench.deps;
        const bob = samplePerson('bob');
        const home = await welcomePerson(deps, ann);
        const alone = await found();
        const shared = await found({ members: [memberOf(bob, 'owner'), memberOf(ann, 'member')] });
        const inviting = await found({
          members: [memberOf(bob, 'owner')],
          invitations: [sampleInvitation('ann')],
        });
        await deps.audit.append(inviting.id, [
          {
            at: NOW,
            actor: bob.userId,
            action: 'invitation.created',
            subject: 'inv_1',
            message: `Invited ${ann.email}`,
          },
        ]);
        bench.accounts.add(ann.userId);
        bench.failAfter(steps, how);
        const ask = () => deleteAccount(deps, asking(home), ann.email);
        // Asked once more where there was no answer, unless all was decided by then; the sweep does the rest.
        await ask()
          .catch(() => ask())
          .catch((error) => expect(error).toMatchObject({ code: 'not_found' }));
        isSpared = bench.isSpared();
        for (let sweep = 0; sweep < 2; sweep++, bench.clock.ms += RETRY_MS) await tendErasures(deps);
        for (const { id } of [home, alone]) {
          expect((await deps.teams.get(id))?.deletion).toBeDefined();
          expect(bench.records.get(id) ?? 0).toBe(0);
        }
        expect(await deps.teams.listOf(ann.userId)).toEqual([]);
        expect(await deps.teams.listInviting(ann.email)).toEqual([]);
        for (const { id } of [shared, inviting]) {
          const log = JSON.stringify(await deps.audit.list(id, 50));
          for (const text of [ann.userId, ann.email]) expect(log).not.toContain(text);
        }
        expect(bench.accounts.size).toBe(0);
        const last = bench.done.indexOf('remove account');
        expect(bench.done.slice(0, last)).toContain('pseudonymise');
      }
      expect(steps).toBeGreaterThan(10);
    },
  );

  it('leaves what names an address alone that nobody has confirmed, since it may be somebody else’s', async () => {
    const eve: Person = { ...samplePerson('eve'), email: 'bob@example.com', emailVerified: false };
    const inviting = await found({ invitations: [sampleInvitation('bob')] });
    const others = { at: NOW, actor: 'usr_ann', action: 'member.removed', subject: 'usr_bob' };
    await deps.audit.append(inviting.id, [{ ...others, message: 'Removed bob@example.com' }]);
    // Founded by her, and handed over.
    const members = [memberOf(ann, 'owner'), memberOf(eve, 'member')];
    const handed = await found({ createdAt: NOW, members });
    const hers = { ...others, subject: eve.userId, message: `Made ${eve.email} member instead of admin` };
    await deps.audit.append(handed.id, [hers]);
    const home = await welcomePerson(deps, eve);
    await deleteAccount(deps, asking(home, eve), eve.email);
    expect((await deps.teams.get(inviting.id))?.invitations).toHaveLength(1);
    expect((await deps.audit.list(inviting.id, 10)).entries).toMatchObject([
      { message: 'Removed bob@example.com' },
    ]);
    expect(JSON.stringify(await deps.audit.list(handed.id, 10))).not.toMatch(/eve|bob@/);
  });

  it('takes a person by the addresses out by which they came into teams, though they have another now', async () => {
    const before = { ...memberOf({ ...ann, email: 'ann@before.example' }, 'member'), joinedAt: NOW + 1 };
    const joined = await found({ createdAt: NOW, members: [memberOf(samplePerson('bob'), 'owner'), before] });
    const note = { at: NOW, actor: 'usr_bob', action: 'invitation.created', subject: 'inv_1' };
    await deps.audit.append(joined.id, [{ ...note, message: `Invited ${before.email} as member` }]);
    await deleteAccount(deps, asking(await welcomePerson(deps, ann)), ann.email);
    expect(JSON.stringify(await deps.audit.list(joined.id, 10))).not.toContain(before.email);
  });

  it('deletes a team, too, that the person has founded while they were leaving', async () => {
    await deleteAccount(deps, asking(await welcomePerson(deps, ann)), ann.email);
    const late = await found();
    bench.clock.ms += REMEMBERED_MS;
    for (let sweep = 0; sweep < 2; sweep++) await tendErasures(deps);
    expect((await deps.teams.get(late.id))?.deletion).toBeDefined();
    expect(bench.records.get(late.id)).toBe(0);
    expect(await deps.teams.listOf(ann.userId)).toEqual([]);
  });

  it('leaves an invitation of whoever comes anew', async () => {
    const inviting = await found({ members: [memberOf(samplePerson('bob'), 'owner')] });
    await deleteAccount(deps, asking(await welcomePerson(deps, ann)), ann.email);
    bench.clock.ms += 1;
    const invitation = sampleInvitation('ann', { invitedAt: bench.clock.ms });
    await deps.teams.update(inviting.id, (team) =>
      team === null ? { result: null } : { save: { ...team, invitations: [invitation] }, result: null },
    );
    bench.clock.ms += REMEMBERED_MS;
    await tendErasures(deps);
    expect((await deps.teams.get(inviting.id))?.invitations).toEqual([invitation]);
  });

  it('asks again for an account that could not be removed', async () => {
    const home = await welcomePerson(deps, ann);
    bench.accounts.add(ann.userId);
    const down = { ...deps, accounts: { remove: () => Promise.reject(new Error('down')) } };
    await deleteAccount(down, asking(home), ann.email);
    expect(await tendErasures(down)).toEqual({ erased: 0, failed: 1 });
    expect(await tendErasures(deps)).toEqual({ erased: 0, failed: 0 });
    bench.clock.ms += RETRY_MS;
    expect(await tendErasures(deps)).toEqual({ erased: 1, failed: 0 });
    expect(bench.accounts.size).toBe(0);
  });
});
