import { describe, expect, it, jest } from '@jest/globals';
import type { Scope } from '@minoots/contract';
import type { ApiKey } from '../domain/api-key/state.ts';
import { USE_NOTED_MS } from '../domain/api-key/use.ts';
import type { ApiKeyStore } from '../ports/api-key-store.ts';
import { memoryApiKeyStore } from '../testing/memory-api-key-store.ts';
import { memoryTeamStore } from '../testing/memory-team-store.ts';
import { sampleApiKey } from '../testing/sample-api-key.ts';
import { silentLogger } from '../testing/silent-logger.ts';
import { generateApiKey, hashApiKey } from './api-key.ts';
import { KeyAuthenticator } from './key-authenticator.ts';
import { REMEMBER_MS, RememberedApiKeys } from './remembered-api-keys.ts';

const TOKEN = generateApiKey();
const HOUR_MS = 3_600_000;

/** One process over a store: an authenticator with a cache and clocks that stand still until they are moved. */
function processOver(store: ApiKeyStore, owners?: string) {
  const time = { now: Date.UTC(2030, 0, 1), elapsed: 0 };
  const apiKeys = new RememberedApiKeys(store, { elapsed: { now: () => time.elapsed } });
  const warn = jest.fn();
  const authenticator = new KeyAuthenticator(apiKeys, {
    clock: { now: () => time.now },
    logger: { ...silentLogger, warn },
    ...(owners === undefined ? {} : { owners }),
  });
  return {
    time,
    apiKeys,
    warn,
    authenticator,
    use: (scope: Scope, token = TOKEN) => authenticator.authenticate({ token, team: null, scope }),
    holder: async (token = TOKEN) => (await authenticator.authenticate({ token, team: null }))?.id ?? null,
  };
}

async function storeWith(fields: Partial<ApiKey> = {}) {
  const { audit } = memoryTeamStore();
  const store = memoryApiKeyStore(audit);
  const key = sampleApiKey({ hash: hashApiKey(TOKEN), ...fields });
  await save(store, key);
  const notes = async () => (await audit.list('team_a', 100)).entries.map(({ message }) => message);
  return { store, key, notes, find: jest.spyOn(store, 'findByHash'), touch: jest.spyOn(store, 'touch') };
}

function save(store: ApiKeyStore, key: ApiKey): Promise<void> {
  return store.update(key.teamId, () => ({ save: [key], result: undefined }));
}

describe('KeyAuthenticator', () => {
  it('knows the holder of a key by its hash', async () => {
    const { store } = await storeWith();
    expect(await processOver(store).authenticator.authenticate({ token: TOKEN, team: null })).toEqual({
      type: 'api-key',
      id: 'key_1',
      teamId: 'team_a',
      scopes: new Set(['timers:read', 'timers:write']),
      role: null,
      person: null,
    });
  });

  it('refuses what has not the form of a key, or a wrong checksum, without asking the store', async () => {
    const { store, key, find } = await storeWith();
    const { holder } = processOver(store);
    const typo = TOKEN.slice(0, -1) + (TOKEN.endsWith('0') ? '1' : '0');
    for (const token of ['', `${TOKEN}x`, TOKEN.slice(0, -1), typo, key.hash, 'eyJhbGciOiJub25lIn0.e30.'])
      expect(await holder(token)).toBeNull();
    expect(find).not.toHaveBeenCalled();
  });

  it('takes the owner’s key in any form, and no other of such a form', async () => {
    const owners = 'correct-horse-battery-staple';
    const { store, find } = await storeWith({ hash: hashApiKey(owners) });
    const { holder } = processOver(store, owners);
    expect(await holder(owners)).toBe('key_1');
    find.mockClear();
    expect(await holder(`${owners}!`)).toBeNull();
    expect(find).not.toHaveBeenCalled();
    expect(await processOver(store).holder(owners)).toBeNull();
  });

  it('does not know a key of good form that nobody was given', async () => {
    const { store } = await storeWith();
    expect(await processOver(store).holder(generateApiKey())).toBeNull();
  });

  it('takes no other record for one that the store found', async () => {
    const { store, key } = await storeWith();
    const careless: ApiKeyStore = { ...store, findByHash: async () => key };
    expect(await processOver(careless).holder(generateApiKey())).toBeNull();
  });

  it('asks the store once for a key that it meets again, and each time for one that it does not know', async () => {
    const { store, find } = await storeWith();
    const { holder } = processOver(store);
    await Promise.all([holder(), holder(), holder()]);
    await holder();
    expect(find).toHaveBeenCalledTimes(1);
    const unknown = generateApiKey();
    for (let index = 0; index < 3; index++) await holder(unknown);
    expect(find).toHaveBeenCalledTimes(4);
  });

  it('asks again after the store has failed', async () => {
    const { store, find } = await storeWith();
    const { holder } = processOver(store);
    find.mockRejectedValueOnce(new Error('unavailable'));
    await expect(holder()).rejects.toThrow('unavailable');
    expect(await holder()).toBe('key_1');
  });

  it('ends a key at its instant, also while it is remembered', async () => {
    const { store, key, find } = await storeWith({ expiresAt: Date.UTC(2030, 0, 1) + 5_000 });
    const { holder, time } = processOver(store);
    time.now = (key.expiresAt ?? 0) - 1;
    expect(await holder()).toBe('key_1');
    time.now++;
    expect(await holder()).toBeNull();
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('lets a rotated key work until the overlap ends', async () => {
    const worksUntil = Date.UTC(2030, 0, 2);
    const { store } = await storeWith({ rotation: { replacedBy: 'key_2', worksUntil } });
    const { holder, time } = processOver(store);
    time.now = worksUntil - 1;
    expect(await holder()).toBe('key_1');
    time.now = worksUntil;
    expect(await holder()).toBeNull();
  });

  it('refuses a revoked key at once where it was revoked, and elsewhere within half a minute', async () => {
    const { store, key } = await storeWith();
    const [here, elsewhere] = [processOver(store), processOver(store)];
    expect([await here.holder(), await elsewhere.holder()]).toEqual(['key_1', 'key_1']);
    await save(here.apiKeys, { ...key, revokedAt: here.time.now });
    expect(await here.holder()).toBeNull();
    elsewhere.time.elapsed += REMEMBER_MS - 1;
    expect(await elsewhere.holder()).toBe('key_1');
    elsewhere.time.elapsed += 1;
    expect(await elsewhere.holder()).toBeNull();
    expect(REMEMBER_MS).toBeLessThanOrEqual(30_000);
  });

  it('does not keep a key in mind that was looked up before it was revoked and found after', async () => {
    const { store, key, find } = await storeWith();
    const { holder, apiKeys, time } = processOver(store);
    const { promise, resolve } = Promise.withResolvers<ApiKey>();
    find.mockReturnValueOnce(promise);
    const early = holder();
    await save(apiKeys, { ...key, revokedAt: time.now });
    resolve(key);
    await early;
    expect(await holder()).toBeNull();
  });

  it('remembers a bounded number of keys', async () => {
    const { store, find } = await storeWith();
    const { holder } = processOver(store);
    await holder();
    for (let index = 0; index < 1_000; index++) {
      const token = generateApiKey();
      await save(store, sampleApiKey({ id: `key_${index + 2}`, hash: hashApiKey(token) }));
      await holder(token);
    }
    find.mockClear();
    await holder();
    expect(find).toHaveBeenCalledTimes(1);
  });
});

describe('the last use of a key', () => {
  it('is written once an hour, and by no request awaited', async () => {
    const { store, touch } = await storeWith();
    const { holder, time, authenticator } = processOver(store);
    const { promise, resolve } = Promise.withResolvers<void>();
    touch.mockReturnValueOnce(promise);
    expect(await holder()).toBe('key_1');
    resolve();
    await authenticator.idle();
    time.now += HOUR_MS - 1;
    time.elapsed += REMEMBER_MS;
    await holder();
    expect(touch).toHaveBeenCalledTimes(1);
    time.now += 1;
    await holder();
    await authenticator.idle();
    expect(touch).toHaveBeenCalledTimes(2);
    expect((await store.list('team_a'))[0]?.lastUsedAt).toBe(time.now);
  });

  it('is not written again by a process that finds it written', async () => {
    const { store, touch } = await storeWith({ lastUsedAt: Date.UTC(2030, 0, 1) - 1_000 });
    await processOver(store).holder();
    expect(touch).not.toHaveBeenCalled();
  });

  it('fails no request when it cannot be written, and is logged once', async () => {
    const { store, touch } = await storeWith();
    const { holder, warn, authenticator } = processOver(store);
    touch.mockRejectedValue(new Error('disk full'));
    expect([await holder(), await holder()]).toEqual(['key_1', 'key_1']);
    await authenticator.idle();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(warn.mock.calls)).not.toContain(TOKEN);
  });

  it('is not that of a key that does not work', async () => {
    const { store, touch } = await storeWith({ revokedAt: 1 });
    await processOver(store).holder();
    expect(touch).not.toHaveBeenCalled();
  });
});

describe('what a key is used for', () => {
  it('is noted once a day for each kind, by one of several processes, and by no request awaited', async () => {
    const { store, notes } = await storeWith();
    const processes = [processOver(store), processOver(store), processOver(store)];
    for (let round = 0; round < 3; round++) await Promise.all(processes.map(({ use }) => use('timers:read')));
    const [first] = processes;
    await first?.use('timers:write');
    for (const { authenticator } of processes) await authenticator.idle();
    expect((await notes()).sort()).toEqual([
      'Used the key "deploy agent" to make and change timers and the like',
      'Used the key "deploy agent" to read',
    ]);
    for (const { time } of processes) {
      time.now += USE_NOTED_MS;
      time.elapsed += REMEMBER_MS;
    }
    for (const { use, authenticator } of processes) {
      await use('timers:read');
      await authenticator.idle();
    }
    expect(await notes()).toHaveLength(3);
  });

  it('is nothing that it was refused for', async () => {
    const { store, notes } = await storeWith();
    const { use, authenticator } = processOver(store);
    await use('teams:admin');
    await authenticator.idle();
    expect(await notes()).toEqual([]);
  });

  it('fails no request when it cannot be noted, and is noted a minute later', async () => {
    const { store, notes } = await storeWith();
    const { use, warn, time, authenticator } = processOver(store);
    jest.spyOn(store, 'update').mockRejectedValueOnce(new Error('disk full'));
    for (const laterMs of [0, 59_999, 1]) {
      time.now += laterMs;
      expect((await use('timers:read'))?.id).toBe('key_1');
      await authenticator.idle();
      expect(await notes()).toHaveLength(laterMs === 1 ? 1 : 0);
    }
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
