import { describe, expect, it } from '@jest/globals';
import { batchOf, family, statusesOf } from './chain-help.ts';
import { pointers } from './client.ts';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;

/** What cannot be waited for, and batches whose items depend on one another. */
export function creatingDependents(suite: Suite): void {
  refusedDependencies(suite);
  batchesOfDependents(suite);
}

function refusedDependencies({ api }: Suite): void {
  describe('POST /v1/timers with depends_on', () => {
    const request = (fields: object) => ({ body: { name: 'a', duration: '1h', ...fields } });

    it('refuses a timer that does not exist, and makes none', async () => {
      const { id } = await api().create();
      const one = request({ id: 'chain-refused', depends_on: 'tmr_nobody' });
      const problem = await api().refusal(422, 'POST', '/v1/timers', one);
      expect([problem.code, pointers(problem)]).toEqual(['unknown_parent', ['/depends_on']]);
      const many = request({ id: 'chain-refused', depends_on: ['tmr_nobody', id, 'tmr_none'] });
      expect(pointers(await api().refusal(422, 'POST', '/v1/timers', many))).toEqual([
        '/depends_on/0',
        '/depends_on/2',
      ]);
      await api().refusal(404, 'GET', '/v1/timers/chain-refused');
    });

    it('refuses a timer that would wait for itself', async () => {
      const own = request({ id: 'chain-own', depends_on: 'chain-own' });
      expect((await api().refusal(422, 'POST', '/v1/timers', own)).code).toBe('dependency_cycle');
    });

    it.each<[string, object, string]>([
      ['more than 20', { depends_on: Array.from({ length: 21 }, (_, n) => `t${n}`) }, '/depends_on'],
      ['an id that is none', { depends_on: 'a/b' }, '/depends_on'],
      ['an id in a list that is none', { depends_on: ['a', ''] }, '/depends_on/1'],
      ['an unknown outcome', { depends_on: 'a', depends_on_when: 'failed' }, '/depends_on_when'],
      ['an unknown policy', { depends_on: 'a', on_dependency_failure: 'wait' }, '/on_dependency_failure'],
      ['an outcome of nobody', { depends_on_when: 'fired' }, '/depends_on_when'],
      ['a policy for nobody', { on_dependency_failure: 'start' }, '/on_dependency_failure'],
    ])('refuses %s', async (_, fields, pointer) => {
      expect(pointers(await api().refusal(400, 'POST', '/v1/timers', request(fields)))).toEqual([pointer]);
    });
  });
}

function batchesOfDependents(suite: Suite): void {
  const { api, server } = suite;

  describe('POST /v1/timers/batch with depends_on', () => {
    it('takes items that depend on one another in any order, and on timers outside', async () => {
      const of = family('diamond');
      const outside = await api().create({ duration: '1m' });
      const timers = [
        { id: of('d'), name: 'd', duration: '1m', depends_on: [of('b'), of('c')] },
        { id: of('b'), name: 'b', duration: '1m', depends_on: of('a') },
        { id: of('c'), name: 'c', duration: '2m', depends_on: of('a') },
        { id: of('a'), name: 'a', duration: '1m', depends_on: outside.id },
      ];
      const { results } = await batchOf(suite, timers);
      expect(results.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      const again = await batchOf(suite, timers);
      expect(again.results.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const ids = ['a', 'b', 'c', 'd'].map(of);
      await server().advance(2 * MINUTE);
      expect(await statusesOf(suite, ids)).toEqual(['expired', 'running', 'running', 'waiting']);
      await server().advance(3 * MINUTE);
      expect(await statusesOf(suite, ids)).toEqual(['expired', 'expired', 'expired', 'expired']);
      expect((await api().timer(of('d'))).started_at).toBe((await api().timer(of('c'))).fired_at);
    });

    it('refuses items that wait for one another, those that wait for a refused one, and no others', async () => {
      const of = family('circle');
      const item = (member: string, ...parents: string[]) => ({
        id: of(member),
        name: member,
        duration: '1m',
        depends_on: parents.map(of),
      });
      const bad = { ...item('bad'), duration: 'soon' };
      const { results } = await batchOf(suite, [
        item('a', 'c'),
        item('b', 'a'),
        item('c', 'b'),
        item('own', 'own'),
        item('behind', 'c'),
        bad,
        item('after-bad', 'bad'),
        item('after-that', 'after-bad'),
        item('good'),
        item('after-good', 'good'),
      ]);
      const answers = results.map((result) => ('error' in result ? result.error.code : result.timer.status));
      expect(answers).toEqual([
        ...Array.from({ length: 5 }, () => 'dependency_cycle'),
        'invalid_request',
        'unknown_parent',
        'unknown_parent',
        'running',
        'waiting',
      ]);
    });
  });
}
