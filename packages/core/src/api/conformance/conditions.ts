import { describe, expect, it } from '@jest/globals';
import {
  ContextEntry,
  ContextList,
  type JsonValue,
  MAX_CONTEXT_BYTES,
  MAX_CONTEXT_VALUE_BYTES,
  OPERATIONS,
} from '@minoots/contract';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;

/** `/v1/context`, and timers that fire only where their conditions hold. */
export function conditionalTimers(suite: Suite): void {
  keepingContext(suite);
  judgingConditions(suite);
  lookingAgain(suite);
}

const pathOf = (key: string) => `/v1/context/${encodeURIComponent(key)}`;

function setter({ api }: Suite) {
  return (key: string, value: JsonValue) =>
    api().read(ContextEntry, 200, 'PUT', pathOf(key), { body: { value } });
}

function logger({ api }: Suite) {
  return async (id: string) =>
    (await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`)).data.slice(1);
}

function keepingContext(suite: Suite): void {
  const { api, server, hasFrontEnd } = suite;
  const set = setter(suite);

  describe('/v1/context', () => {
    it.each<[string, JsonValue]>([
      ['tests_passed', true],
      ['ci.main/coverage-1', 71.5],
      ['nothing', null],
      ['0', { steps: [{ name: 'lint ☕', skipped: null }], 'a.b': [] }],
    ])('keeps %s as %j', async (key, value) => {
      const stored = await set(key, value);
      expect(stored).toMatchObject({ key, value });
      expect(await api().get(ContextEntry, pathOf(key))).toEqual(stored);
      const { data } = await api().get(ContextList, '/v1/context');
      expect(data).toContainEqual(stored);
      expect(data.map((entry) => entry.key)).toEqual(data.map((entry) => entry.key).toSorted());
      expect(await api().read(ContextEntry, 200, 'DELETE', pathOf(key))).toEqual(stored);
      expect((await api().refusal(404, 'GET', pathOf(key))).code).toBe('not_found');
      expect((await api().refusal(404, 'DELETE', pathOf(key))).code).toBe('not_found');
    });

    it('puts a value in the place of the one before, and says when', async () => {
      const first = await set('replaced', 1);
      await server().advance(MINUTE);
      const second = await set('replaced', 2);
      expect(Date.parse(second.updated_at) - Date.parse(first.updated_at)).toBe(MINUTE);
      expect(await api().get(ContextEntry, pathOf('replaced'))).toEqual(second);
    });

    it.each<[unknown, string]>([
      [{}, '/value'],
      [{ value: 1, ttl: 5 }, '/ttl'],
      [{ value: 'x'.repeat(MAX_CONTEXT_VALUE_BYTES) }, '/value'],
      ...(hasFrontEnd ? [] : [[true, ''] satisfies [unknown, string]]),
    ])('refuses a body that is not a value', async (body, pointer) => {
      expect(pointers(await api().refusal(400, 'PUT', pathOf('refused'), { body }))).toEqual([pointer]);
    });

    it.each(['-a', 'a b', '.a', 'a'.repeat(64), '$where', 'ä'])('refuses the key %s', async (key) => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const body = method === 'PUT' ? { body: { value: 1 } } : {};
        expect(pointers(await api().refusal(400, method, pathOf(key), body))).toEqual(['{key}']);
      }
    });

    it('says when it has no room, and has room again once something is removed', async () => {
      const value = 'x'.repeat(MAX_CONTEXT_VALUE_BYTES - 2);
      const keys = Array.from({ length: MAX_CONTEXT_BYTES / MAX_CONTEXT_VALUE_BYTES }, (_, n) => `full${n}`);
      const replies = [];
      for (const key of keys) replies.push(await api().call('PUT', pathOf(key), { body: { value } }));
      // Facts of other tests take some of the room, so the last of these has none.
      expect(replies.map(({ status }) => status)).toContain(422);
      const problem = await api().refusal(422, 'PUT', pathOf('full-too'), { body: { value } });
      expect([problem.code, problem.retryable]).toEqual(['context_full', false]);
      await api().read(ContextEntry, 200, 'DELETE', pathOf('full0'));
      await set('full-too', value);
      for (const key of [...keys, 'full-too']) await api().call('DELETE', pathOf(key));
    });
  });
}

function judgingConditions(suite: Suite): void {
  const { api, server } = suite;
  const set = setter(suite);
  const log = logger(suite);

  describe('a timer with conditions', () => {
    it('leaves a trace of why it did not run (complaint 13)', async () => {
      await set('tests_passed', false);
      const { id, fire_at } = await api().create({
        name: 'conditional_deploy',
        duration: '5m',
        conditions: { environment: 'production', tests_passed: true },
        metadata: { environment: 'production' },
        events: { on_expire: { message: 'deployed' } },
      });
      await server().advance(5 * MINUTE);
      const skipped = await api().timer(id);
      expect(skipped).toMatchObject({
        status: 'skipped',
        fired_at: null,
        settled_at: fire_at,
        deliveries: [],
      });
      expect(await log(id)).toEqual([
        {
          at: fire_at,
          type: 'timer.skipped',
          message: 'Conditions not met: tests_passed is false, wanted true',
        },
      ]);
    });

    it('fires where they hold, and says what it found', async () => {
      await set('tests_passed', true);
      const conditions = { environment: 'production', tests_passed: true };
      const fields = { duration: '5m', conditions, metadata: { environment: 'production' } };
      const { id } = await api().create(fields);
      expect(await api().timer(id)).toMatchObject({ conditions, recheck_at: null });
      await server().advance(5 * MINUTE);
      expect(await api().timer(id)).toMatchObject({ status: 'expired', drift_ms: 0 });
      const [fired] = await log(id);
      expect(fired).toMatchObject({
        type: 'timer.fired',
        message: 'Fired: environment is "production"; tests_passed is true',
      });
    });

    it('judges at the moment of firing, by what holds then', async () => {
      await set('late', 'no');
      const { id } = await api().create({
        duration: '5m',
        conditions: { late: { $regex: '^YES', $options: 'i' } },
      });
      await server().advance(5 * MINUTE - 1);
      await set('late', 'yes, by now');
      await server().advance(1);
      expect((await api().timer(id)).status).toBe('expired');
    });

    it('believes its own metadata before the context', async () => {
      await set('overlaid', { by: 'the team' });
      const conditions = { 'overlaid.by': 'the timer' };
      const { id } = await api().create({
        duration: 1,
        conditions,
        metadata: { overlaid: { by: 'the timer' } },
      });
      const other = await api().create({ duration: 1, conditions });
      await server().advance(1);
      expect((await api().timer(id)).status).toBe('expired');
      expect((await api().timer(other.id)).status).toBe('skipped');
    });

    it('fires by request whether they hold or not', async () => {
      const { id } = await api().create({ conditions: { never: 'set' } });
      await api().command(id, 'fire');
      await server().advance(1);
      expect((await api().timer(id)).status).toBe('expired');
    });

    it('keeps its conditions through a pause and a new time', async () => {
      const { id } = await api().create({ conditions: { never: 'set' } });
      await api().command(id, 'pause');
      await api().command(id, 'resume');
      await api().command(id, 'reschedule', { duration: '1m' });
      await server().advance(MINUTE);
      expect((await api().timer(id)).status).toBe('skipped');
    });

    it.each<[object, string]>([
      [{ conditions: {} }, '/conditions'],
      [{ conditions: [] }, '/conditions'],
      [{ conditions: { $where: 'process.exit()' } }, '/conditions/$where'],
      [{ conditions: { a: { $not: { $where: 'process.exit()' } } } }, '/conditions/a/$not/$where'],
      [{ conditions: { $or: [{ a: 1 }, { a: { $grate: 1 } }] } }, '/conditions/$or/1/a/$grate'],
      [{ conditions: { 'a/b': { $regex: '(a' } } }, '/conditions/a~1b/$regex'],
      [{ conditions: { a: 'x'.repeat(4_096) } }, '/conditions'],
      [{ conditions: { a: 1 }, on_unmet: 'retry' }, '/on_unmet'],
      [{ conditions: { a: 1 }, on_unmet: { recheck_every: '30s' } }, '/on_unmet/give_up_after'],
      [
        { conditions: { a: 1 }, on_unmet: { recheck_every: '1ms', give_up_after: '1h' } },
        '/on_unmet/recheck_every',
      ],
      [{ on_unmet: 'skip' }, '/on_unmet'],
    ])('is refused as %j', async (fields, pointer) => {
      const body = { name: 'a', duration: 1, ...fields };
      const problem = await api().refusal(400, 'POST', '/v1/timers', { body });
      expect([problem.code, pointers(problem)]).toEqual(['invalid_request', [pointer]]);
    });
  });
}

function lookingAgain(suite: Suite): void {
  const { api, server } = suite;
  const set = setter(suite);
  const log = logger(suite);
  const rechecking = (key: string) =>
    api().create({
      duration: '1m',
      conditions: { [key]: true },
      on_unmet: { recheck_every: '30s', give_up_after: '2m' },
    });

  describe('a timer that looks again at its conditions', () => {
    it('fires at the first look that finds them met', async () => {
      const { id, fire_at } = await rechecking('met-later');
      await server().advance(MINUTE);
      const waiting = await api().timer(id);
      expect(waiting).toMatchObject({ status: 'running', time_remaining_ms: 0, fire_at });
      expect(Date.parse(waiting.recheck_at ?? '') - Date.parse(fire_at ?? '')).toBe(30_000);
      await set('met-later', true);
      expect((await api().timer(id)).status).toBe('running');
      await server().advance(30_000);
      expect(await api().timer(id)).toMatchObject({ status: 'expired', drift_ms: 30_000, recheck_at: null });
      expect((await log(id)).map(({ type, message }) => [type, message])).toEqual([
        ['timer.recheck', 'Conditions not met: met-later is not set, wanted true'],
        ['timer.fired', 'Fired: met-later is true'],
        ['timer.expired', expect.anything()],
      ]);
    });

    it('gives up in the end, and every look leaves a trace', async () => {
      const { id, fire_at } = await rechecking('never-met');
      await server().advance(4 * MINUTE);
      const timer = await api().timer(id);
      expect(timer).toMatchObject({ status: 'skipped', recheck_at: null });
      expect(Date.parse(timer.settled_at ?? '') - Date.parse(fire_at ?? '')).toBe(2 * MINUTE);
      expect((await log(id)).map(({ type }) => type)).toEqual([
        ...Array.from({ length: 4 }, () => 'timer.recheck'),
        'timer.skipped',
      ]);
    });

    it('can be cancelled between two looks', async () => {
      const { id } = await rechecking('cancelled-first');
      await server().advance(MINUTE);
      expect((await api().command(id, 'cancel')).status).toBe('cancelled');
      await set('cancelled-first', true);
      await server().advance(MINUTE);
      expect(await api().timer(id)).toMatchObject({ status: 'cancelled', fired_at: null });
    });
  });
}
