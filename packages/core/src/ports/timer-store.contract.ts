import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TimerCommand } from '../domain/timer/commands.ts';
import type { NewTimer } from '../domain/timer/create.ts';
import type { Timer } from '../domain/timer/state.ts';
import { acting, onExpire } from '../domain/timer/test-timer.ts';
import { transition } from '../domain/timer/transition.ts';
import { sampleJobTimer, sampleTimer } from '../testing/sample-timer.ts';
import { timerLimitsContract } from './timer-limits.contract.ts';
import {
  type Decision,
  InvalidPosition,
  type JobRange,
  type TimerFilter,
  type TimerStore,
} from './timer-store.ts';

/** A store under test, empty at first. */
export interface TimerStoreHarness {
  store: TimerStore;
  close(): Promise<void>;
}

const keyOf = ({ teamId, id }: Timer) => ({ teamId, timerId: id });

function changed(timer: Timer, command: TimerCommand, at: number): Timer {
  const result = transition(timer, command, at);
  if (!result.ok) throw new Error(result.detail);
  return result.value.timer;
}

/** A timer whose due attempts are under way. */
function claimed(timer: Timer, at: number): Timer {
  return changed(timer, { type: 'wake', generation: timer.generation }, at);
}

/** The success of a delivery's first attempt. */
function succeeding(deliveryNumber: number, at: number): TimerCommand {
  const answer = { responseStatus: 204, responseBody: null, error: null };
  const attempt = { number: 1, at, durationMs: 10, outcome: 'succeeded' as const, ...answer };
  return { type: 'record-outcome', deliveryNumber, attempt, retryAfterMs: null, jitter: 0 };
}

/** A timer whose webhook failed once, was answered at some length, and is to be tried again. */
function retryingTimer(): Timer {
  const timer = sampleTimer({
    events: onExpire([
      {
        type: 'webhook',
        url: 'https://example.com/hook',
        method: 'POST',
        headers: { 'x-why': 'tea' },
        body: { value: { deep: [[1, [null]], '☕'] } },
        timeoutMs: 15_000,
      },
      { type: 'message', text: 'done', toAgent: null },
    ]),
  });
  const at = timer.createdAt + 60_000;
  const attempt = {
    number: 1,
    at,
    durationMs: 12,
    outcome: 'failed',
    responseStatus: 500,
    responseBody: 'no ☕ '.repeat(150),
    error: 'answered 500',
  } as const;
  const fired = changed(timer, { type: 'wake', generation: 1 }, at);
  return changed(
    fired,
    { type: 'record-outcome', deliveryNumber: 1, attempt, retryAfterMs: null, jitter: 0 },
    at + 12,
  );
}

/** A timer that failed, since its receiver is gone. */
function exhaustedTimer(fields: Partial<NewTimer>, now: number): Timer {
  const timer = sampleTimer(
    { events: onExpire([{ type: 'message', text: 'x', toAgent: null }]), ...fields },
    now,
  );
  const failed = succeeding(1, now + 60_000);
  if (failed.type !== 'record-outcome') throw new Error('not an outcome');
  return changed(
    claimed(timer, now + 60_000),
    { ...failed, attempt: { ...failed.attempt, outcome: 'gone' } },
    now + 60_010,
  );
}

/** What every TimerStore keeps to. */
export function timerStoreContract(name: string, open: () => Promise<TimerStoreHarness>): void {
  describe(`${name} as a TimerStore`, () => {
    let harness: TimerStoreHarness;
    let store: TimerStore;
    beforeEach(async () => {
      harness = await open();
      store = harness.store;
    });
    afterEach(() => harness.close());

    describe('insert', () => {
      it('keeps a timer as it was given', async () => {
        const timer = sampleTimer({
          name: 'Teezeit ☕ 𝄞',
          labels: { a: 'b' },
          metadata: { deep: [1, { x: null }] },
        });
        expect(await store.insert([timer])).toEqual([{ inserted: true }]);
        expect(await store.get(keyOf(timer))).toEqual(timer);
      });

      it('tells which timer holds an id that is taken, and leaves it as it is', async () => {
        const first = sampleTimer({ id: 'tmr_same', name: 'first' });
        const second = sampleTimer({ id: 'tmr_same', name: 'second' });
        const [one, two] = await store.insert([first, second]);
        expect(one).toEqual({ inserted: true });
        expect(two).toEqual({ inserted: false, existing: first });
        expect((await store.get(keyOf(first)))?.name).toBe('first');
      });

      it('lets exactly one of parallel inserts of one id win', async () => {
        const rivals = Array.from({ length: 20 }, (_, index) =>
          sampleTimer({ id: 'tmr_race', name: `n${index}` }),
        );
        const outcomes = (await Promise.all(rivals.map((timer) => store.insert([timer])))).flat();
        expect(outcomes.filter(({ inserted }) => inserted)).toHaveLength(1);
      });

      it('keeps equal ids of different teams apart', async () => {
        const ours = sampleTimer({ id: 'tmr_shared', teamId: 'team_a', name: 'ours' });
        const theirs = sampleTimer({ id: 'tmr_shared', teamId: 'team_b', name: 'theirs' });
        expect(await store.insert([ours, theirs])).toEqual([{ inserted: true }, { inserted: true }]);
        expect((await store.get(keyOf(theirs)))?.name).toBe('theirs');
      });
    });

    describe('update', () => {
      it('lets each of 20 parallel updates see the result of the one before', async () => {
        const timer = sampleTimer();
        await store.insert([timer]);
        const increment = () =>
          store.update(keyOf(timer), (current) => {
            if (current === null) throw new Error('gone');
            return { save: { ...current, version: current.version + 1 }, result: current.version };
          });
        const seen = await Promise.all(Array.from({ length: 20 }, increment));
        expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
        expect((await store.get(keyOf(timer)))?.version).toBe(21);
      });

      it('lets exactly one of 20 parallel cancels see the timer running', async () => {
        const timer = sampleTimer();
        await store.insert([timer]);
        const cancel = () =>
          store.update(keyOf(timer), (current) => {
            if (current === null) throw new Error('gone');
            return {
              save: changed(current, { type: 'cancel' }, timer.createdAt + 1),
              result: current.status,
            };
          });
        const seen = await Promise.all(Array.from({ length: 20 }, cancel));
        expect(seen.filter((status) => status === 'running')).toHaveLength(1);
      });

      it('leaves exactly one winner of 20 that cancel and fire a timer at the same moment', async () => {
        const timer = sampleTimer();
        await store.insert([timer]);
        const at = timer.createdAt + 60_000;
        const commands: TimerCommand[] = [{ type: 'cancel' }, { type: 'wake', generation: 1 }];
        const rivals = Array.from({ length: 20 }, (_, index) =>
          store.update(keyOf(timer), (current): Decision<Timer | null> => {
            const command = commands[index % commands.length];
            if (current?.status !== 'running' || command === undefined) return { result: null };
            const save = changed(current, command, at);
            return { save, result: save };
          }),
        );
        const winners = (await Promise.all(rivals)).filter((saved) => saved !== null);
        expect(winners).toHaveLength(1);
        expect(await store.get(keyOf(timer))).toEqual(winners[0]);
      });

      it('keeps a timer as it was saved, with its deliveries and its history', async () => {
        const timer = retryingTimer();
        const born = sampleTimer({ id: timer.id });
        await store.insert([born]);
        await store.update(keyOf(timer), () => ({ save: timer, result: null }));
        expect(await store.get(keyOf(timer))).toEqual(timer);
        const renamed = changed(timer, { type: 'update', changes: { name: 'coffee' } }, timer.updatedAt + 1);
        await store.update(keyOf(timer), (current) => ({
          save: changed(
            current ?? born,
            { type: 'update', changes: { name: 'coffee' } },
            timer.updatedAt + 1,
          ),
          result: null,
        }));
        expect(await store.get(keyOf(timer))).toEqual(renamed);
      });

      it('changes nothing when the decision throws, and passes the error on', async () => {
        const timer = sampleTimer();
        await store.insert([timer]);
        const other = sampleTimer();
        const refused = store.update(keyOf(timer), () => {
          throw new RangeError('no');
        });
        const accepted = store.insert([other]);
        await expect(refused).rejects.toThrow(new RangeError('no'));
        expect(await accepted).toEqual([{ inserted: true }]);
        expect(await store.get(keyOf(timer))).toEqual(timer);
      });

      it('gives null for a timer that is not there', async () => {
        const seen = await store.update({ teamId: 'team_a', timerId: 'tmr_none' }, (current) => ({
          result: current,
        }));
        expect(seen).toBeNull();
      });

      it('does not lose a timer that is re-opened while settled ones are removed', async () => {
        const running = sampleTimer();
        await store.insert([changed(running, { type: 'cancel' }, running.createdAt)]);
        const removal = store.removeSettled('team_a', { statuses: ['cancelled'] });
        const reopening = store.update(keyOf(running), (current) =>
          current === null ? { result: 'gone' } : { save: running, result: 'saved' },
        );
        const [told] = await Promise.allSettled([reopening, removal]);
        const isSaved = told.status === 'fulfilled' && told.value === 'saved';
        expect(await store.get(keyOf(running))).toEqual(isSaved ? running : null);
      });

      it('removes a timer when told to', async () => {
        const timer = sampleTimer();
        await store.insert([timer]);
        await store.update(keyOf(timer), () => ({ remove: true, result: null }));
        expect(await store.get(keyOf(timer))).toBeNull();
      });
    });

    timerLimitsContract(() => store);

    describe('list', () => {
      const names = (timers: Timer[]) => timers.map(({ name: timerName }) => timerName);
      const all = async (filter: TimerFilter, limit: number) => {
        const found: Timer[] = [];
        let after: string | undefined;
        do {
          const page = await store.list('team_a', filter, limit, after);
          expect(page.timers.length).toBeLessThanOrEqual(limit);
          found.push(...page.timers);
          after = page.next ?? undefined;
        } while (after !== undefined);
        return names(found);
      };

      it('shows the newest first, page by page, each timer once', async () => {
        for (let index = 0; index < 7; index++) {
          await store.insert([sampleTimer({ name: `t${index}` }, Date.UTC(2030, 0, 1) + index)]);
        }
        expect(await all({}, 3)).toEqual(['t6', 't5', 't4', 't3', 't2', 't1', 't0']);
      });

      it('shows timers that were made at the same instant page by page, each once', async () => {
        const all7 = Array.from({ length: 7 }, (_, index) => sampleTimer({ name: `t${index}` }));
        await store.insert(all7);
        expect((await all({}, 3)).sort()).toEqual(names(all7).sort());
      });

      it('neither repeats nor drops timers of later pages while new ones arrive', async () => {
        for (let index = 0; index < 4; index++) {
          await store.insert([sampleTimer({ name: `t${index}` }, Date.UTC(2030, 0, 1) + index)]);
        }
        const first = await store.list('team_a', {}, 2);
        await store.insert([sampleTimer({ name: 'late' }, Date.UTC(2030, 0, 2))]);
        const second = await store.list('team_a', {}, 2, first.next ?? undefined);
        expect([...names(first.timers), ...names(second.timers)]).toEqual(['t3', 't2', 't1', 't0']);
      });

      it('shows only the team', async () => {
        await store.insert([
          sampleTimer({ teamId: 'team_b', name: 'theirs' }),
          sampleTimer({ name: 'ours' }),
        ]);
        expect(await all({}, 10)).toEqual(['ours']);
      });

      it('finds those with a delivery that has run out of attempts, until it is opened again', async () => {
        const at = Date.UTC(2030, 0, 1);
        const dead = (name: string, agentId: string | null) => exhaustedTimer({ name, agentId }, at);
        await store.insert([sampleTimer({ name: 'fine' }), dead('a', null)]);
        for (const timer of [dead('b', 'bot'), dead('c', 'bot')]) await store.insert([timer]);
        expect(await all({ hasExhausted: true }, 1)).toEqual(['c', 'b', 'a']);
        expect(await all({ hasExhausted: true, agentId: 'bot' }, 10)).toEqual(['c', 'b']);
        expect(await all({ hasExhausted: true, statuses: ['running'] }, 10)).toEqual([]);
        const [first] = (await store.list('team_a', { hasExhausted: true }, 1)).timers;
        if (first === undefined) throw new Error('nothing was found');
        const reopened = changed(first, { type: 'redeliver', deliveryNumber: 1 }, at + 90_000);
        await store.update(keyOf(first), () => ({ save: reopened, result: null }));
        expect(await all({ hasExhausted: true }, 10)).toEqual(['b', 'a']);
      });

      it('filters by each field, and by several together', async () => {
        const at = Date.UTC(2030, 0, 1);
        const span = (ms: number) => ({ type: 'span', ms }) as const;
        const timers = [
          { name: 'a', agentId: 'bot', labels: { env: 'prod', 'x.y': '1' }, when: span(1_000) },
          { name: 'b', agentId: 'bot', labels: { env: 'test' }, when: span(2_000) },
          { name: 'c', labels: { env: 'prod' }, when: span(3_000) },
        ];
        for (const fields of timers) await store.insert([sampleTimer(fields, at)]);
        expect(await all({ agentId: 'bot' }, 10)).toEqual(['b', 'a']);
        expect(await all({ name: 'c' }, 10)).toEqual(['c']);
        expect(await all({ labels: { env: 'prod' } }, 10)).toEqual(['c', 'a']);
        expect(await all({ labels: { 'x.y': '1' } }, 10)).toEqual(['a']);
        expect(await all({ agentId: 'bot', labels: { env: 'prod' } }, 10)).toEqual(['a']);
        expect(await all({ fireBefore: at + 2_000 }, 10)).toEqual(['a']);
        expect(await all({ fireAfter: at + 2_000 }, 10)).toEqual(['c', 'b']);
        expect(await all({ statuses: ['paused', 'running'] }, 1)).toEqual(['c', 'b', 'a']);
        expect(await all({ statuses: ['paused'] }, 10)).toEqual([]);
      });

      it('refuses a position that it did not give out', async () => {
        await expect(store.list('team_a', {}, 10, 'nonsense!')).rejects.toThrow(InvalidPosition);
      });
    });

    describe('countActive', () => {
      it('tells how many timers of a team have not ended', async () => {
        expect(await store.countActive('team_a')).toBe(0);
        const waiting = sampleTimer();
        const ended = sampleTimer();
        await store.insert([waiting, ended, sampleTimer({ teamId: 'team_b' })]);
        await store.insert([claimed(sampleJobTimer(), Date.UTC(2030, 0, 1))]);
        await store.insert([changed(sampleTimer(), { type: 'pause' }, Date.UTC(2030, 0, 1))]);
        expect(await store.countActive('team_a')).toBe(4);
        const save = changed(ended, { type: 'cancel' }, ended.createdAt);
        await store.update(keyOf(ended), () => ({ save, result: null }));
        await store.update(keyOf(waiting), () => ({ remove: true, result: null }));
        expect(await store.countActive('team_a')).toBe(2);
        expect(await store.countActive('team_b')).toBe(1);
      });
    });

    describe('listDue', () => {
      const dueAt = (id: string, at: number) => sampleTimer({ id, when: { type: 'instant', at } });
      const from = Number.MIN_SAFE_INTEGER;

      it('gives what is due by an instant, earliest first, of every team, page by page', async () => {
        await store.insert([
          dueAt('c', 300),
          dueAt('a', 100),
          { ...dueAt('b', 200), teamId: 'team_b' },
          dueAt('d', 400),
        ]);
        const first = await store.listDue({ from, until: 300, limit: 2, after: null });
        expect(first.due.map(({ timerId }) => timerId)).toEqual(['a', 'b']);
        expect(first.due[1]).toEqual({ teamId: 'team_b', timerId: 'b', at: 200, generation: 1 });
        const second = await store.listDue({ from, until: 300, limit: 2, after: first.next });
        expect(second.due.map(({ timerId }) => timerId)).toEqual(['c']);
        expect(second.next).toBeNull();
      });

      it('pages through timers that are due at the same instant without losing one', async () => {
        const ids = Array.from({ length: 25 }, (_, index) => `same${index}`);
        await store.insert(ids.map((id) => dueAt(id, 500)));
        const found: string[] = [];
        let after: string | null = null;
        do {
          const page = await store.listDue({ from, until: 500, limit: 10, after });
          found.push(...page.due.map(({ timerId }) => timerId));
          after = page.next;
        } while (after !== null);
        expect(found.sort()).toEqual(ids.sort());
      });

      it('counts both ends of the range in', async () => {
        await store.insert([
          dueAt('before', 99),
          dueAt('first', 100),
          dueAt('last', 200),
          dueAt('after', 201),
        ]);
        const { due } = await store.listDue({ from: 100, until: 200, limit: 10, after: null });
        expect(due.map(({ timerId }) => timerId)).toEqual(['first', 'last']);
      });

      it('leaves out paused and settled timers', async () => {
        const timer = dueAt('x', 100);
        await store.insert([timer]);
        const paused = changed(timer, { type: 'pause' }, timer.createdAt);
        await store.update(keyOf(timer), () => ({ save: paused, result: null }));
        expect((await store.listDue({ from, until: 1_000, limit: 10, after: null })).due).toEqual([]);
      });
    });

    describe('listJobs', () => {
      const LEASE_MS = 30_000;
      const ids = async (range: Partial<JobRange> = {}) => {
        const whole = { from: Number.MIN_SAFE_INTEGER, until: 1e15, limit: 100, after: null };
        const { timers } = await store.listJobs('team_a', { ...whole, ...range });
        return timers.map(({ id }) => id);
      };
      const taken = (timer: Timer, at: number) =>
        changed(
          timer,
          {
            type: 'lease-jobs',
            runner: { id: 'run_1', accepts: ['command'], labels: [] },
            limit: 1,
            leaseMs: LEASE_MS,
          },
          at,
        );
      const save = (timer: Timer) => store.update(keyOf(timer), () => ({ save: timer, result: null }));

      it('gives whole timers of the team with a job that waits, longest first, page by page', async () => {
        const waiting = [300, 100, 200].map((at) => sampleJobTimer({ id: `at${at}` }, at));
        await store.insert([...waiting, sampleTimer(), sampleJobTimer({ teamId: 'team_b' }, 50)]);
        const range = { from: 0, until: 300, limit: 2 };
        const first = await store.listJobs('team_a', { ...range, after: null });
        expect(first.timers).toEqual([waiting[1], waiting[2]]);
        const second = await store.listJobs('team_a', { ...range, after: first.next });
        expect(second.timers).toEqual([waiting[0]]);
        expect(second.next).toBeNull();
      });

      it('counts both ends of the range in', async () => {
        await store.insert([99, 100, 200, 201].map((at) => sampleJobTimer({ id: `at${at}` }, at)));
        expect(await ids({ from: 100, until: 200 })).toEqual(['at100', 'at200']);
      });

      it('pages through jobs of the same instant without losing one', async () => {
        const many = Array.from({ length: 25 }, (_, n) => sampleJobTimer({ id: `same${n}` }, 500));
        await store.insert(many);
        const found: string[] = [];
        let after: string | null = null;
        do {
          const page = await store.listJobs('team_a', { from: 500, until: 500, limit: 10, after });
          found.push(...page.timers.map(({ id }) => id));
          after = page.next;
        } while (after !== null);
        expect(found.sort()).toEqual(many.map(({ id }) => id).sort());
      });

      it('gives a job that a runner holds from the end of its lease on, and one that is done never', async () => {
        const job = sampleJobTimer({}, 1_000);
        await store.insert([job]);
        const held = taken(job, 2_000);
        await save(held);
        expect(await ids({ until: 2_000 + LEASE_MS - 1 })).toEqual([]);
        expect(await ids({ until: 2_000 + LEASE_MS })).toEqual([job.id]);
        await save(changed(held, succeeding(1, 3_000), 3_000));
        expect(await ids()).toEqual([]);
      });

      it('keeps a settled timer that has a job left, until that is done', async () => {
        const events = acting({ cancel: sampleJobTimer().events.expire });
        const running = sampleTimer({ events });
        const at = running.createdAt;
        const queued = claimed(changed(running, { type: 'cancel' }, at), at);
        await store.insert([queued]);
        expect(await store.removeSettled('team_a', { statuses: ['cancelled'] })).toBe(0);
        const held = taken(queued, at);
        await save(held);
        expect(await store.removeSettled('team_a', { statuses: ['cancelled'] })).toBe(0);
        await save(changed(held, succeeding(1, at), at));
        expect(await store.removeSettled('team_a', { statuses: ['cancelled'] })).toBe(1);
      });

      it('refuses a position that it did not give out', async () => {
        await expect(ids({ after: 'nonsense!' })).rejects.toThrow(InvalidPosition);
      });
    });

    describe('listDependents and listChildren', () => {
      const parent = { teamId: 'team_a', timerId: 'tmr_parent' };
      const childOf = (id: string, parentIds: readonly string[], fields: Partial<NewTimer> = {}) => {
        const parents = parentIds.map((parentId) => ({ id: parentId, outcome: null }));
        const dependencies = { parents, when: 'fired', onFailure: 'cancel', uncheckedSince: null } as const;
        return sampleTimer({ id, dependencies, ...fields });
      };
      const dependents = async (limit: number) => {
        const found: string[] = [];
        let after: string | null = null;
        do {
          const page = await store.listDependents(parent, { limit, after });
          expect(page.timerIds.length).toBeLessThanOrEqual(limit);
          found.push(...page.timerIds);
          after = page.next;
        } while (after !== null);
        return found.sort();
      };
      const children = async (limit: number) => {
        const found: Timer[] = [];
        let after: string | null = null;
        do {
          const page = await store.listChildren(parent, { limit, after });
          expect(page.timers.length).toBeLessThanOrEqual(limit);
          found.push(...page.timers);
          after = page.next;
        } while (after !== null);
        return found.sort((one, other) => (one.id < other.id ? -1 : 1));
      };

      it('gives the timers that wait for a parent, beside others or not, page by page, each once', async () => {
        const ids = Array.from({ length: 7 }, (_, n) => `child${n}`);
        await store.insert(ids.map((id, n) => childOf(id, n % 2 ? ['tmr_parent'] : ['tmr_x', 'tmr_parent'])));
        await store.insert([childOf('not-ours', ['tmr_x']), sampleTimer({ id: 'tmr_parent' })]);
        for (const limit of [1, 3, 7, 100]) {
          expect(await dependents(limit)).toEqual(ids);
          expect((await children(limit)).map(({ id }) => id)).toEqual(ids);
        }
      });

      it('keeps equal ids of different teams apart', async () => {
        await store.insert([
          childOf('ours', ['tmr_parent']),
          childOf('theirs', ['tmr_parent'], { teamId: 'team_b' }),
        ]);
        expect(await dependents(10)).toEqual(['ours']);
        expect((await children(10)).map(({ id }) => id)).toEqual(['ours']);
      });

      it('leaves out, of those that wait, the timers that wait no more, and goes on with the others', async () => {
        const all = ['a', 'b', 'c', 'd'].map((id) => childOf(id, ['tmr_parent']));
        await store.insert(all);
        const first = await store.listDependents(parent, { limit: 2, after: null });
        for (const timer of all.filter(({ id }) => first.timerIds.includes(id))) {
          const save = changed(
            timer,
            { type: 'settle-parent', parentId: 'tmr_parent', outcome: 'fired' },
            timer.createdAt,
          );
          await store.update(keyOf(timer), () => ({ save, result: null }));
        }
        const second = await store.listDependents(parent, { limit: 2, after: first.next });
        expect([...first.timerIds, ...second.timerIds].sort()).toEqual(['a', 'b', 'c', 'd']);
        expect(await dependents(10)).toEqual([...second.timerIds].sort());
        expect((await children(3)).map(({ id, status }) => `${id} ${status}`)).toEqual(
          ['a', 'b', 'c', 'd'].map((id) => `${id} ${first.timerIds.includes(id) ? 'running' : 'waiting'}`),
        );
      });

      it('counts the timers that a timer made among its children, and not among those that wait for it', async () => {
        const lineage = { rootId: 'tmr_root', parentId: 'tmr_parent', depth: 2 };
        const made = sampleTimer({ id: 'made', lineage });
        const both = childOf('both', ['tmr_parent'], { lineage });
        const elsewhere = childOf('made-and-waiting', ['tmr_x'], { lineage });
        await store.insert([made, both, elsewhere]);
        expect(await dependents(10)).toEqual(['both']);
        expect(await children(2)).toEqual([both, made, elsewhere]);
      });

      it('forgets a timer that is removed, and finds one that takes its place', async () => {
        const child = childOf('child', ['tmr_parent']);
        await store.insert([child]);
        await store.update(keyOf(child), () => ({ remove: true, result: null }));
        expect([await dependents(10), await children(10)]).toEqual([[], []]);
        await store.insert([sampleTimer({ id: 'child' })]);
        expect([await dependents(10), await children(10)]).toEqual([[], []]);
      });

      it('leaves out a timer that could not be inserted', async () => {
        await store.insert([sampleTimer({ id: 'child' })]);
        await store.insert([childOf('child', ['tmr_parent'])]);
        expect([await dependents(10), await children(10)]).toEqual([[], []]);
      });
    });

    describe('listPostponed', () => {
      const endpoint = { teamId: 'team_a', endpointId: 'end_a' };
      const HOOK = { type: 'webhook', url: 'https://a.example/', method: 'POST', headers: {} } as const;
      const hook = { ...HOOK, body: null, timeoutMs: 1_000 };
      const firing = (id: string, teamId = 'team_a') =>
        sampleTimer({ id, teamId, when: { type: 'span', ms: 0 }, events: onExpire([hook, hook]) });
      const postpone = (timer: Timer, deliveryNumber: number, endpointId = 'end_a') =>
        changed(
          timer,
          {
            type: 'postpone',
            deliveryNumber,
            attempt: 1,
            endpointId,
            pausedAt: 1,
            until: null,
            reason: 'it is paused',
          },
          timer.createdAt,
        );
      const woken = (timer: Timer) =>
        changed(timer, { type: 'wake', generation: timer.generation }, timer.createdAt);
      const save = (timer: Timer) => store.update(keyOf(timer), () => ({ save: timer, result: null }));
      const listed = async (limit: number) => {
        const found: string[] = [];
        let after: string | null = null;
        do {
          const page = await store.listPostponed(endpoint, { limit, after });
          expect(page.timerIds.length).toBeLessThanOrEqual(limit);
          found.push(...page.timerIds);
          after = page.next;
        } while (after !== null);
        return found.sort();
      };

      it('gives the timers that wait for an endpoint, each once, until they wait no more', async () => {
        const timers = ['a', 'b', 'c', 'd', 'e'].map((id) => firing(id));
        const theirs = firing('theirs', 'team_b');
        await store.insert([...timers, theirs]);
        const [a, b, c, d, e] = timers.map(woken);
        if (!a || !b || !c || !d || !e) throw new Error('five timers were made');
        await save(postpone(postpone(a, 1), 2));
        await save(postpone(postpone(b, 1, 'end_b'), 2));
        await save(postpone(c, 1, 'end_b'));
        await save(postpone(d, 2));
        await save(e);
        await save(postpone(woken(theirs), 1, 'end_theirs'));
        for (const limit of [1, 2, 3, 100]) expect(await listed(limit)).toEqual(['a', 'b', 'd']);
        const free = { type: 'release', endpointId: 'end_a', at: d.createdAt, isProbe: false } as const;
        await save(changed(postpone(d, 2), free, d.createdAt));
        expect(await listed(10)).toEqual(['a', 'b']);
      });
    });

    describe('removeSettled', () => {
      it('leaves a timer that has deliveries under way, and removes it when they are over', async () => {
        const events = acting({ cancel: [{ type: 'message', text: 'gone', toAgent: null }] });
        const cancelled = changed(sampleTimer({ events }), { type: 'cancel' }, 100);
        await store.insert([cancelled]);
        expect(await store.removeSettled('team_a', { statuses: ['cancelled'] })).toBe(0);
        expect(await store.get(keyOf(cancelled))).toEqual(cancelled);
        const over = changed(claimed(cancelled, 100), succeeding(1, 100), 110);
        await store.update(keyOf(cancelled), () => ({ save: over, result: null }));
        expect(await store.removeSettled('team_a', { statuses: ['cancelled'] })).toBe(1);
      });

      it('leaves a timer of which others have not been told', async () => {
        const [told, untold] = ['told', 'untold'].map((id) => {
          const expected = changed(sampleTimer({ id }), { type: 'expect-dependents' }, 100);
          return changed(expected, { type: 'cancel' }, 100);
        });
        if (told === undefined || untold === undefined) throw new Error('two timers are made');
        const untilVersion = told.version;
        await store.insert([changed(told, { type: 'clear-outbox', untilVersion }, 100), untold]);
        expect(await store.removeSettled('team_a', { statuses: ['cancelled'] })).toBe(1);
        expect(await store.get(keyOf(untold))).toEqual(untold);
      });

      it('removes settled timers of the team by status and age, and no other', async () => {
        const cancelledAt = (at: number) =>
          changed(sampleTimer({ name: `cancelled at ${at}` }), { type: 'cancel' }, at);
        const theirs = { ...cancelledAt(100), teamId: 'team_b' };
        await store.insert([cancelledAt(100), cancelledAt(200), sampleTimer({ name: 'running' }), theirs]);
        expect(await store.removeSettled('team_a', { statuses: ['expired'] })).toBe(0);
        expect(
          await store.removeSettled('team_a', { statuses: ['cancelled', 'expired'], settledBefore: 200 }),
        ).toBe(1);
        const { timers } = await store.list('team_a', {}, 10);
        expect(timers.map(({ name: timerName }) => timerName).sort()).toEqual([
          'cancelled at 200',
          'running',
        ]);
        expect(await store.get(keyOf(theirs))).not.toBeNull();
      });
    });
  });
}
