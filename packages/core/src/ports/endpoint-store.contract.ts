import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pauseByHand } from '../domain/endpoint/by-hand.ts';
import { learnFailure, learnSuccess } from '../domain/endpoint/learn.ts';
import type { Endpoint, EndpointName } from '../domain/endpoint/state.ts';
import { lookAt } from '../domain/endpoint/upkeep.ts';
import type { EndpointKey, EndpointStore } from './endpoint-store.ts';
import { InvalidPosition } from './timer-store.ts';

const NOW = Date.UTC(2030, 0, 1);
const DAY = 86_400_000;

let count = 0;

/** What every EndpointStore does. `reopen` gives a store over what the first one kept. */
export function endpointStoreContract(
  name: string,
  open: () => Promise<{ store: EndpointStore; reopen(): Promise<EndpointStore>; close(): Promise<void> }>,
): void {
  describe(`${name} as an EndpointStore`, () => {
    let harness: Awaited<ReturnType<typeof open>>;
    let store: EndpointStore;
    beforeEach(async () => {
      harness = await open();
      store = harness.store;
    });
    afterEach(() => harness.close());

    const named = (teamId = 'team_a'): EndpointName => {
      const id = `end_${String(++count).padStart(22, '0')}`;
      return { id, teamId, url: `https://a.example/é\u{1F600}\ud800/${count}` };
    };
    const keyOf = ({ teamId, id }: EndpointName): EndpointKey => ({ teamId, endpointId: id });
    const failure = (at = NOW) => ({
      attempt: 'dlv_1/1',
      origin: { timerId: 'tmr_1', timerName: 'tea', deliveryId: 'dlv_1_1_tmr_1' },
      at,
      error: 'answered 500',
      isGone: false,
    });
    const fail = (endpoint: EndpointName, at = NOW) =>
      store.update(keyOf(endpoint), (known) => {
        const save = learnFailure(known, endpoint, failure(at), at);
        return { save, result: save };
      });
    const pause = (endpoint: EndpointName) =>
      store.update(keyOf(endpoint), (known) => {
        const save = pauseByHand(known, endpoint, { by: 'key_1', reason: null }, NOW);
        return { save, result: save };
      });
    const remove = (endpoint: EndpointName) =>
      store.update(keyOf(endpoint), () => ({ remove: true, result: null }));
    const all = async (teamId: string, filter: Parameters<EndpointStore['list']>[1], limit: number) => {
      const found: Endpoint[] = [];
      let after: string | undefined;
      do {
        const page = await store.list(teamId, filter, limit, after);
        expect(page.endpoints.length).toBeLessThanOrEqual(limit);
        found.push(...page.endpoints);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return found.map(({ id }) => id).sort();
    };

    it('knows nothing of an endpoint that is well', async () => {
      expect(await store.get(keyOf(named()))).toBeNull();
      expect(await store.glance(keyOf(named()))).toBeNull();
      expect(await store.update(keyOf(named()), (known) => ({ result: known }))).toBeNull();
    });

    it('gives back what it was given, to another process too', async () => {
      const endpoint = named();
      await fail(endpoint);
      const saved = await pause(endpoint);
      const elsewhere = await harness.reopen();
      for (const each of [store, elsewhere]) {
        expect(await each.get(keyOf(endpoint))).toEqual(saved);
        expect(await each.glance(keyOf(endpoint))).toBe('paused');
      }
      await remove(endpoint);
      expect(await elsewhere.get(keyOf(endpoint))).toBeNull();
    });

    it('shows at a glance at once what was changed through it', async () => {
      const endpoint = named();
      const key = keyOf(endpoint);
      expect(await store.glance(key)).toBeNull();
      await fail(endpoint);
      expect(await store.glance(key)).toBe('failing');
      await pause(endpoint);
      expect(await store.glance(key)).toBe('paused');
      await remove(endpoint);
      expect(await store.glance(key)).toBeNull();
    });

    it('keeps teams apart', async () => {
      const ours = named();
      const theirs = { ...ours, teamId: 'team_b' };
      await pause(ours);
      expect(await store.get(keyOf(theirs))).toBeNull();
      expect(await store.glance(keyOf(theirs))).toBeNull();
      expect(await all('team_b', {}, 10)).toEqual([]);
    });

    it('shows each of parallel updates the result of the one before', async () => {
      const endpoint = named();
      const results = await Promise.all(Array.from({ length: 40 }, () => fail(endpoint)));
      const counts = results.map(({ failures }) => failures?.count ?? 0).sort((a, b) => a - b);
      expect(counts).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
      expect((await store.get(keyOf(endpoint)))?.failures?.count).toBe(40);
    });

    it('rejects as the decision did that threw, and none beside it', async () => {
      const endpoint = named();
      const refusal = new Error('refused');
      const [first, second, third] = await Promise.allSettled([
        fail(endpoint),
        store.update(keyOf(endpoint), () => {
          throw refusal;
        }),
        fail(endpoint),
      ]);
      expect([first.status, third.status]).toEqual(['fulfilled', 'fulfilled']);
      expect(second).toEqual({ status: 'rejected', reason: refusal });
      expect((await store.get(keyOf(endpoint)))?.failures?.count).toBe(2);
    });

    it('removes an endpoint, and begins anew after that', async () => {
      const endpoint = named();
      await fail(endpoint);
      const left = await store.update(keyOf(endpoint), (known) => {
        const after = known && learnSuccess(known, failure(), NOW);
        return after === null ? { remove: true, result: 'gone' } : { result: 'there' };
      });
      expect(left).toBe('gone');
      expect((await fail(endpoint)).failures?.count).toBe(1);
    });

    it('lists the endpoints of a team, all or those of a status, page by page', async () => {
      const [failing, paused] = [
        [named(), named(), named()],
        [named(), named()],
      ];
      for (const each of failing) await fail(each);
      for (const each of paused) await pause(each);
      await fail(named('team_b'));
      const idsOf = (names: EndpointName[]) => names.map(({ id }) => id).sort();
      for (const limit of [1, 2, 5, 50]) {
        expect(await all('team_a', {}, limit)).toEqual(idsOf([...failing, ...paused]));
        expect(await all('team_a', { status: 'failing' }, limit)).toEqual(idsOf(failing));
        expect(await all('team_a', { status: 'paused' }, limit)).toEqual(idsOf(paused));
      }
      await expect(store.list('team_a', {}, 5, 'no position')).rejects.toThrow(InvalidPosition);
    });

    it('lists what has to be looked after, of all teams, earliest first and page by page', async () => {
      const names = [named(), named('team_b'), named(), named('team_b'), named()];
      const saved: Endpoint[] = [];
      for (const [index, endpoint] of names.entries()) saved.push(await fail(endpoint, NOW - index * DAY));
      const until = Math.max(...saved.map((endpoint) => lookAt(endpoint) ?? 0)) - 1;
      for (const limit of [1, 2, 10]) {
        const found: EndpointKey[] = [];
        let after: string | null = null;
        do {
          const page = await store.listToLookAt({ until, limit, after });
          found.push(...page.keys);
          after = page.next;
        } while (after !== null);
        expect(found).toEqual(names.slice(1).reverse().map(keyOf));
      }
    });
  });
}
