import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiKeyRecord, ApiKeyStore } from './api-key-store.ts';

/** What every ApiKeyStore keeps to. */
export function apiKeyStoreContract(
  name: string,
  open: () => Promise<{ store: ApiKeyStore; close(): Promise<void> }>,
): void {
  describe(`${name} as an ApiKeyStore`, () => {
    let store: ApiKeyStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());

    const record: ApiKeyRecord = {
      id: 'key_1',
      teamId: 'team_a',
      hash: 'ab'.repeat(32),
      scopes: ['timers:read', 'timers:write'],
      createdAt: 1_000,
    };

    it('finds a record by its hash', async () => {
      await store.put(record);
      expect(await store.findByHash(record.hash)).toEqual(record);
    });

    it('finds nothing by another hash', async () => {
      await store.put(record);
      expect(await store.findByHash('cd'.repeat(32))).toBeNull();
    });

    it('knows only the new hash of a record that was replaced', async () => {
      await store.put(record);
      await store.put({ ...record, hash: 'cd'.repeat(32) });
      expect(await store.findByHash(record.hash)).toBeNull();
      expect((await store.findByHash('cd'.repeat(32)))?.id).toBe(record.id);
    });
  });
}
