import { describe, expect, it } from '@jest/globals';
import type { ApiKeyRecord, ApiKeyStore } from '../ports/api-key-store.ts';
import { generateApiKey, hashApiKey } from './api-key.ts';
import { KeyAuthenticator } from './key-authenticator.ts';

const KEY = 'mnt_live_0123456789';

function storeOf(...records: ApiKeyRecord[]): ApiKeyStore & { reads: number } {
  return {
    reads: 0,
    put: async () => {},
    async findByHash(hash) {
      this.reads++;
      return records.find((record) => record.hash === hash) ?? null;
    },
  };
}

const record: ApiKeyRecord = {
  id: 'key_1',
  teamId: 'team_a',
  hash: hashApiKey(KEY),
  scopes: ['timers:read'],
  createdAt: 0,
};

describe('KeyAuthenticator', () => {
  it('knows the holder of a key by its hash', async () => {
    const principal = await new KeyAuthenticator(storeOf(record)).authenticate({ token: KEY, team: null });
    expect(principal).toEqual({
      type: 'api-key',
      id: 'key_1',
      teamId: 'team_a',
      scopes: new Set(['timers:read']),
      role: null,
      person: null,
    });
  });

  it.each(['', `${KEY}x`, KEY.slice(0, -1), record.hash])('does not know %j', async (token) => {
    expect(await new KeyAuthenticator(storeOf(record)).authenticate({ token, team: null })).toBeNull();
  });

  it('asks the store once for a key that it meets again, and each time for one that it does not know', async () => {
    const store = storeOf(record);
    const authenticator = new KeyAuthenticator(store);
    for (let index = 0; index < 5; index++) await authenticator.authenticate({ token: KEY, team: null });
    expect(store.reads).toBe(1);
    for (let index = 0; index < 5; index++) await authenticator.authenticate({ token: 'wrong', team: null });
    expect(store.reads).toBe(6);
  });

  it('takes no other record for one that the store found', async () => {
    const careless: ApiKeyStore = { put: async () => {}, findByHash: async () => record };
    expect(
      await new KeyAuthenticator(careless).authenticate({ token: 'another key', team: null }),
    ).toBeNull();
  });
});

describe('generateApiKey', () => {
  it('makes a key of its own each time, in a form that scanners know', () => {
    const keys = Array.from({ length: 1_000 }, () => generateApiKey());
    expect(new Set(keys).size).toBe(1_000);
    for (const key of keys) expect(key).toMatch(/^mnt_live_[0-9A-Za-z]{38}$/);
  });

  it('tells test keys apart by their form', () => {
    expect(generateApiKey('test')).toMatch(/^mnt_test_[0-9A-Za-z]{38}$/);
  });
});
