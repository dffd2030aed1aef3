import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_CONTEXT_BYTES, MAX_CONTEXT_KEYS, MAX_CONTEXT_VALUE_BYTES } from '@minoots/contract';
import type { ContextEntry, ContextStore } from './context-store.ts';

const AT = Date.UTC(2030, 0, 1);
/** Some hundred changes of one team, which take their turns. */
const FILLING_MS = 30_000;

/** What every ContextStore keeps to. `reopen` gives a store over what the first one kept. */
export function contextStoreContract(
  name: string,
  open: () => Promise<{ store: ContextStore; reopen(): Promise<ContextStore>; close(): Promise<void> }>,
): void {
  describe(`${name} as a ContextStore`, () => {
    let harness: Awaited<ReturnType<typeof open>>;
    let store: ContextStore;
    beforeEach(async () => {
      harness = await open();
      store = harness.store;
    });
    afterEach(() => harness.close());

    const entry = (key: string, value: ContextEntry['value'], updatedAt = AT) => ({ key, value, updatedAt });
    const put = (key: string, value: ContextEntry['value']) => store.put('team_a', entry(key, value));

    it('has nothing of a team that has set nothing', async () => {
      expect(await store.list('team_a')).toEqual([]);
      expect(await store.get('team_a', 'a')).toBeNull();
      expect(await store.delete('team_a', 'a')).toBeNull();
    });

    it.each<[string, ContextEntry['value']]>([
      ['true', true],
      ['null', null],
      ['a number', -1.5e-7],
      ['text', 'Teezeit ☕ 𝄞\u0000"\\'],
      ['nested lists and objects', { deep: [1, [[null, { 'a.b': { '': ['x'] } }]], []], __a__: {} }],
    ])('keeps %s as it was given', async (_, value) => {
      expect(await put('k', value)).toBe('stored');
      expect(await store.get('team_a', 'k')).toEqual(entry('k', value));
      expect(await (await harness.reopen()).list('team_a')).toEqual([entry('k', value)]);
    });

    it('keeps keys of every form apart, and lists them in order', async () => {
      const keys = ['0', 'A', 'a', 'a-b', 'a.b', 'a/b', 'a_b', 'constructor', `z${'9'.repeat(62)}`];
      for (const key of keys.toReversed()) await put(key, key);
      const listed = await store.list('team_a');
      expect(listed.map(({ key }) => key)).toEqual([...keys].sort());
      expect(listed.every(({ key, value }) => key === value)).toBe(true);
      expect(await store.get('team_a', 'toString')).toBeNull();
    });

    it('puts a value in the place of the one before', async () => {
      await put('k', 1);
      expect(await store.put('team_a', entry('k', 2, AT + 1))).toBe('stored');
      expect(await store.list('team_a')).toEqual([entry('k', 2, AT + 1)]);
    });

    it('removes an entry and gives it', async () => {
      await put('k', 1);
      await put('l', 2);
      expect(await store.delete('team_a', 'k')).toEqual(entry('k', 1));
      expect(await store.delete('team_a', 'k')).toBeNull();
      expect(await store.list('team_a')).toEqual([entry('l', 2)]);
    });

    it('keeps teams apart', async () => {
      await put('k', 'ours');
      await store.put('team_b', entry('k', 'theirs'));
      expect(await store.delete('team_b', 'k')).toEqual(entry('k', 'theirs'));
      expect(await store.get('team_a', 'k')).toEqual(entry('k', 'ours'));
    });

    it('loses none of parallel puts', async () => {
      const keys = Array.from({ length: 20 }, (_, index) => `k${String(index).padStart(2, '0')}`);
      await Promise.all(keys.map((key) => put(key, key)));
      expect((await store.list('team_a')).map(({ key }) => key)).toEqual(keys);
    });

    it(
      'takes so many keys and no more, and goes on changing those',
      async () => {
        await fill(MAX_CONTEXT_KEYS - 5);
        const rivals = Array.from({ length: 10 }, (_, index) => put(`rival${index}`, index));
        const outcomes = await Promise.all(rivals);
        expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(5);
        expect(await put('k0', 'changed')).toBe('stored');
        expect(await put('one-more', 1)).toBe('too-many-keys');
        expect(await store.list('team_a')).toHaveLength(MAX_CONTEXT_KEYS);
        expect(await store.put('team_b', entry('k', 1))).toBe('stored');
        await store.delete('team_a', 'k0');
        expect(await put('one-more', 1)).toBe('stored');
      },
      FILLING_MS,
    );

    it('takes so many bytes and no more, and counts what makes room', async () => {
      const largest = '\u00e9'.repeat((MAX_CONTEXT_VALUE_BYTES - 2) / 2);
      const count = MAX_CONTEXT_BYTES / MAX_CONTEXT_VALUE_BYTES;
      await Promise.all(Array.from({ length: count }, (_, index) => put(`k${index}`, largest)));
      expect(await put('one-more', 1)).toBe('too-many-bytes');
      expect(await put('k0', largest)).toBe('stored');
      expect(await put('k0', '')).toBe('stored');
      expect(await put('one-more', 1)).toBe('stored');
      expect(await store.get('team_a', 'k1')).toEqual(entry('k1', largest));
    });

    async function fill(count: number): Promise<void> {
      for (let first = 0; first < count; first += 20) {
        const keys = Array.from({ length: Math.min(20, count - first) }, (_, index) => `k${first + index}`);
        await Promise.all(keys.map((key) => put(key, 1)));
      }
    }
  });
}
