import { describe, expect, it } from '@jest/globals';
import { KeyScope, MAX_API_KEYS, type Scope } from '@minoots/contract';
import fc from 'fast-check';
import { sampleApiKey } from '../../testing/sample-api-key.ts';
import type { Result } from '../rejection.ts';
import {
  type ApiKeyChange,
  addKey,
  MAX_ENDED_KEYS,
  MAX_ENDED_SESSIONS,
  revokeKey,
  rotateKey,
} from './changes.ts';
import { type ApiKey, endsAt, OWNER_KEY_ID, statusAt } from './state.ts';

const NOW = Date.UTC(2030, 0, 1);
const ROOM = { now: NOW, maxKeys: MAX_API_KEYS };
const DAY_MS = 86_400_000;
const all = { id: 'usr_1', scopes: new Set<Scope>(KeyScope.options) };
const next = { id: 'key_2', prefix: 'mnt_live_1111', hash: 'cd'.repeat(32) };
const { createdAt: _, lastUsedAt: __, revokedAt: ___, rotation: ____, ...NEW } = sampleApiKey();

function changeOf(result: Result<ApiKeyChange>): ApiKeyChange {
  if (!result.ok) throw new Error(`refused: ${result.code} ${result.detail}`);
  return result.value;
}

/** The keys of a team after a change. */
function after(keys: readonly ApiKey[], { save, forget }: ApiKeyChange): ApiKey[] {
  const changed = new Map(keys.map((key) => [key.id, key]));
  for (const id of forget) changed.delete(id);
  for (const key of save) changed.set(key.id, key);
  return [...changed.values()];
}

describe('addKey', () => {
  it('makes a key that works, and says so in the audit log', () => {
    const { key, save, notes } = changeOf(addKey([], NEW, all, ROOM));
    expect(save).toEqual([key]);
    expect(statusAt(key, NOW)).toBe('active');
    expect(notes).toMatchObject([{ action: 'api_key.created', subject: 'key_1', actor: 'usr_1', at: NOW }]);
    expect(JSON.stringify(notes)).not.toContain(key.hash);
  });

  it('gives no key more scopes than whoever asks has', () => {
    const asker = { scopes: new Set<Scope>(['teams:admin', 'timers:read']) };
    expect(addKey([], NEW, asker, ROOM)).toMatchObject({
      code: 'forbidden',
      detail: expect.stringMatching(/: timers:write$/),
    });
    expect(addKey([], { ...NEW, scopes: ['timers:read'] }, asker, ROOM).ok).toBe(true);
  });

  it.each([NOW, NOW - 1, NOW + 3651 * DAY_MS, Number.NaN])('refuses an end at %d', (expiresAt) => {
    expect(addKey([], { ...NEW, expiresAt }, all, ROOM)).toMatchObject({
      code: 'invalid_request',
      pointer: '/expires_at',
    });
  });

  it('refuses what was made before under the same id, whose key nobody can show again', () => {
    expect(addKey([sampleApiKey()], NEW, all, ROOM).ok || 'shown_once').toBe('shown_once');
    expect(addKey([sampleApiKey({ revokedAt: 1 })], NEW, all, ROOM)).toMatchObject({ code: 'shown_once' });
  });

  it('counts keys that work, and those only', () => {
    const full = Array.from({ length: MAX_API_KEYS }, (_, index) => sampleApiKey({ id: `key_f${index}` }));
    expect(addKey(full, NEW, all, ROOM)).toMatchObject({ code: 'team_full' });
    const ended = full.map((key, index) =>
      index === 0 ? { ...key, revokedAt: 1 } : index === 1 ? { ...key, expiresAt: NOW } : key,
    );
    expect(addKey(ended, NEW, all, ROOM).ok).toBe(true);
  });

  it('forgets those that ended first where many have ended', () => {
    const ended = Array.from({ length: MAX_ENDED_KEYS + 2 }, (_, index) =>
      sampleApiKey({ id: `key_e${index}`, revokedAt: 10_000 - index }),
    );
    const { forget } = changeOf(addKey(ended, NEW, all, ROOM));
    expect([...forget].sort()).toEqual(['key_e100', 'key_e101']);
  });

  it('keeps keys that have ended however many sessions have ended since, and forgets sessions by themselves', () => {
    const revoked = Array.from({ length: MAX_ENDED_KEYS }, (_, index) =>
      sampleApiKey({ id: `key_e${index}`, revokedAt: 1_000 + index }),
    );
    const sessions = Array.from({ length: MAX_ENDED_SESSIONS + 1 }, (_, index) =>
      sampleApiKey({ id: `key_s${index}`, scopes: ['timers:read', 'account'], revokedAt: 20_000 - index }),
    );
    const { forget } = changeOf(addKey([...sessions, ...revoked], NEW, all, ROOM));
    expect(forget).toEqual([`key_s${MAX_ENDED_SESSIONS}`]);
  });
});

describe('rotateKey', () => {
  const rotate = (old: ApiKey, overlapMs = DAY_MS, maker = all) =>
    rotateKey([old], old.id, next, { maker, overlapMs }, ROOM);

  it('puts a key in the place of another, and lets both work until the overlap ends', () => {
    const old = sampleApiKey();
    const change = changeOf(rotate(old));
    const [before, made] = after([old], change);
    expect(made).toMatchObject({ ...next, name: old.name, scopes: old.scopes, rotation: null });
    for (const key of [before, made]) {
      if (key === undefined) throw new Error('a key is missing');
      expect(statusAt(key, NOW + DAY_MS - 1)).toBe('active');
      expect(statusAt(key, NOW + DAY_MS)).toBe(key.id === 'key_2' ? 'active' : 'expired');
    }
    expect(change.notes).toMatchObject([{ action: 'api_key.rotated', subject: 'key_1' }]);
  });

  it('ends the old key at once without an overlap, and never later than it would have ended', () => {
    const [ended] = after([], changeOf(rotate(sampleApiKey(), 0)));
    expect(ended && statusAt(ended, NOW)).toBe('expired');
    const [soon] = after([], changeOf(rotate(sampleApiKey({ createdAt: NOW - 1, expiresAt: NOW + 5 }))));
    expect(soon && endsAt(soon)).toBe(NOW + 5);
  });

  it('gives the new key as long a life as the old one was made for', () => {
    const { key } = changeOf(rotate(sampleApiKey({ createdAt: NOW - 3 * DAY_MS, expiresAt: NOW + DAY_MS })));
    expect(key.expiresAt).toBe(NOW + 4 * DAY_MS);
  });

  it.each<[string, Partial<ApiKey>]>([
    ['was rotated', { rotation: { replacedBy: 'key_9', worksUntil: NOW + 1 } }],
    ['was rotated and has ended', { rotation: { replacedBy: 'key_9', worksUntil: NOW } }],
    ['is revoked', { revokedAt: 1 }],
    ['has expired', { expiresAt: NOW }],
    ['is the owner’s', { id: OWNER_KEY_ID }],
  ])('refuses a key that %s', (_, fields) => {
    expect(rotate(sampleApiKey(fields))).toMatchObject({ code: 'invalid_state' });
  });

  it('refuses to make a key that may do more than whoever asks', () => {
    const maker = { id: 'key_a', scopes: new Set<Scope>(['teams:admin']) };
    expect(rotate(sampleApiKey(), 0, maker)).toMatchObject({ code: 'forbidden' });
  });

  it('knows a repeat by the id of the key that it made', () => {
    const done = after([sampleApiKey()], changeOf(rotate(sampleApiKey())));
    const again = rotateKey(done, 'key_1', next, { maker: all, overlapMs: 0 }, ROOM);
    expect(again).toMatchObject({ code: 'shown_once' });
  });

  it('needs room for both keys, or no overlap', () => {
    const full = Array.from({ length: MAX_API_KEYS }, (_, index) => sampleApiKey({ id: `key_f${index}` }));
    const options = (overlapMs: number) => ({ maker: all, overlapMs });
    expect(rotateKey(full, 'key_f0', next, options(1), ROOM)).toMatchObject({ code: 'team_full' });
    expect(rotateKey(full, 'key_f0', next, options(0), ROOM).ok).toBe(true);
  });

  it('refuses a key that the team does not have', () => {
    expect(rotateKey([], 'key_1', next, { maker: all, overlapMs: 0 }, ROOM)).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('revokeKey', () => {
  it('ends a key, and once is enough', () => {
    const { key, notes } = changeOf(revokeKey([sampleApiKey()], 'key_1', 'usr_2', NOW));
    expect(statusAt(key, NOW)).toBe('revoked');
    expect(notes).toMatchObject([{ action: 'api_key.revoked', subject: 'key_1', actor: 'usr_2' }]);
    expect(revokeKey([key], 'key_1', 'usr_2', NOW + 1)).toMatchObject({
      value: { key, save: [], notes: [] },
    });
  });

  it('leaves the owner’s key alone, which would come back with the next start', () => {
    const owners = sampleApiKey({ id: OWNER_KEY_ID });
    expect(revokeKey([owners], OWNER_KEY_ID, OWNER_KEY_ID, NOW)).toMatchObject({ code: 'invalid_state' });
  });

  it('refuses a key that the team does not have', () => {
    expect(revokeKey([], 'key_1', 'usr_2', NOW)).toMatchObject({ code: 'not_found' });
  });
});

describe('the keys of a team, whatever is done with them', () => {
  const step = fc.record({
    verb: fc.constantFrom('add', 'rotate', 'revoke'),
    which: fc.nat(120),
    overlapMs: fc.constantFrom(0, 1, DAY_MS, 7 * DAY_MS),
    lifeMs: fc.option(fc.integer({ min: 1, max: 30 * DAY_MS })),
    passMs: fc.constantFrom(0, 0, 0, 1, DAY_MS),
  });

  it('are never more than they may be, end once and stay ended', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 400 }), (steps) => {
        let keys: ApiKey[] = [];
        let now = NOW;
        const ended = new Set<string>();
        for (const [index, { verb, which, overlapMs, lifeMs, passMs }] of steps.entries()) {
          now += passMs;
          const id = keys[which % Math.max(1, keys.length)]?.id ?? 'key_none';
          const fresh = { ...next, id: `key_n${index}` };
          const expiresAt = lifeMs === null ? null : now + lifeMs;
          const result =
            verb === 'add'
              ? addKey(keys, { ...NEW, ...fresh, expiresAt }, all, { ...ROOM, now })
              : verb === 'rotate'
                ? rotateKey(keys, id, fresh, { maker: all, overlapMs }, { ...ROOM, now })
                : revokeKey(keys, id, 'usr_1', now);
          if (result.ok) keys = after(keys, result.value);
          const active = keys.filter((key) => statusAt(key, now) === 'active');
          expect(active.length).toBeLessThanOrEqual(MAX_API_KEYS);
          expect(active.some((key) => ended.has(key.id))).toBe(false);
          for (const key of keys) if (statusAt(key, now) !== 'active') ended.add(key.id);
        }
      }),
      { numRuns: 50 },
    );
  });
});
