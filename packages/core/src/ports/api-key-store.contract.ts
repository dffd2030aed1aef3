import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiKey } from '../domain/api-key/state.ts';
import { sampleApiKey } from '../testing/sample-api-key.ts';
import type { ApiKeyStore } from './api-key-store.ts';
import type { AuditLog } from './audit-log.ts';

/** A store, and the log that its notes go to. */
export interface ApiKeyStoreHarness {
  store: ApiKeyStore;
  audit: AuditLog;
  close(): Promise<void>;
}

/** What every ApiKeyStore keeps to. */
export function apiKeyStoreContract(name: string, open: () => Promise<ApiKeyStoreHarness>): void {
  describe(`${name} as an ApiKeyStore`, () => {
    let store: ApiKeyStore;
    let audit: AuditLog;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, audit, close } = await open());
    });
    afterEach(() => close());

    const key = sampleApiKey();
    const save = (...saved: ApiKey[]) => store.update('team_a', () => ({ save: saved, result: undefined }));
    const ids = async (teamId = 'team_a') => (await store.list(teamId)).map(({ id }) => id);

    it.each<[string, Partial<ApiKey>]>([
      ['one that was just made', {}],
      ['one that ends and was used', { expiresAt: 9_000, lastUsedAt: 2_000, uses: { read: 2_000, run: 1 } }],
      ['one that was revoked', { revokedAt: 3_000, prefix: '' }],
      ['one that was rotated', { rotation: { replacedBy: 'key_2', worksUntil: 4_000 } }],
    ])('gives back %s as it was', async (_, fields) => {
      const given = sampleApiKey(fields);
      await save(given);
      expect(await store.findByHash(given.hash)).toEqual(given);
      expect(await store.list('team_a')).toEqual([given]);
    });

    it('finds nothing by another hash', async () => {
      await save(key);
      expect(await store.findByHash('cd'.repeat(32))).toBeNull();
    });

    it('knows only the new hash of a key that was replaced', async () => {
      await save(key);
      await save({ ...key, hash: 'cd'.repeat(32) });
      expect(await store.findByHash(key.hash)).toBeNull();
      expect((await store.findByHash('cd'.repeat(32)))?.id).toBe(key.id);
      expect(await ids()).toEqual([key.id]);
    });

    it('lists the keys of one team, newest first', async () => {
      await save(
        sampleApiKey({ id: 'key_old', createdAt: 1 }),
        sampleApiKey({ id: 'key_new', createdAt: 3 }),
        sampleApiKey({ id: 'key_mid', createdAt: 2 }),
      );
      const theirs = sampleApiKey({ id: 'key_theirs', teamId: 'team_b' });
      await store.update('team_b', () => ({ save: [theirs], result: undefined }));
      expect(await ids()).toEqual(['key_new', 'key_mid', 'key_old']);
      expect(await ids('team_b')).toEqual(['key_theirs']);
      expect(await ids('team_c')).toEqual([]);
    });

    it('forgets keys together with saving others', async () => {
      await save(key);
      const forget = [key.id, 'key_nobody'];
      await store.update('team_a', () => ({ save: [sampleApiKey({ id: 'key_2' })], forget, result: 0 }));
      expect(await ids()).toEqual(['key_2']);
      expect(await store.findByHash(key.hash)).toBeNull();
    });

    it('answers what was decided, and changes nothing where nothing is saved', async () => {
      await save(key);
      const seen = await store.update('team_a', (keys) => ({ result: keys }));
      expect(seen).toEqual([key]);
      expect(await store.list('team_a')).toEqual([key]);
    });

    it('rejects with what the decision threw, and changes nothing', async () => {
      const refusal = Object.assign(new Error('no'), { code: 10 });
      const refuse = () => {
        throw refusal;
      };
      await expect(store.update('team_a', refuse)).rejects.toBe(refusal);
      expect(await ids()).toEqual([]);
    });

    it('lets each of parallel updates see the one before, also where the first keys are made', async () => {
      const add = (index: number) =>
        store.update('team_a', (keys) =>
          keys.length < 5
            ? { save: [sampleApiKey({ id: `key_${index}` })], result: true }
            : { result: false },
        );
      const added = await Promise.all(Array.from({ length: 12 }, (_, index) => add(index)));
      expect(added.filter(Boolean)).toHaveLength(5);
      expect(await ids()).toHaveLength(5);
    });

    it('writes notes into the audit log with the change, and none where the decision threw', async () => {
      const note = { at: 5, actor: 'usr_1', action: 'api_key.created', subject: key.id, message: 'Made it' };
      await store.update('team_a', () => ({ save: [key], notes: [note], result: 0 }));
      const refuse = () => {
        throw new Error('no');
      };
      await expect(store.update('team_a', refuse)).rejects.toThrow('no');
      const { entries } = await audit.list('team_a', 10);
      expect(entries).toEqual([{ ...note, id: expect.any(String) }]);
    });

    it('notes the latest use', async () => {
      await save(key);
      const lastUse = async () => (await store.findByHash(key.hash))?.lastUsedAt;
      await store.touch(key, 5_000);
      expect(await lastUse()).toBe(5_000);
      await store.touch(key, 6_000);
      expect(await lastUse()).toBe(6_000);
    });

    it('brings no key back by noting its use', async () => {
      await store.touch(key, 5_000);
      expect(await ids()).toEqual([]);
      expect(await store.findByHash(key.hash)).toBeNull();
    });
  });
}
