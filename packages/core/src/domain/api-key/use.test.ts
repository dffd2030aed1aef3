import { describe, expect, it } from '@jest/globals';
import { sampleApiKey } from '../../testing/sample-api-key.ts';
import type { ApiKey } from './state.ts';
import { noteUse, USE_NOTED_MS } from './use.ts';

const NOW = Date.UTC(2030, 0, 1);
const key = sampleApiKey({ scopes: ['timers:read', 'context:read', 'timers:write', 'timers:fire'] });

describe('noteUse', () => {
  it('notes each kind of use once a day, with the last use', () => {
    let keys: readonly ApiKey[] = [key];
    const used = (scope: Parameters<typeof noteUse>[2], now: number) => {
      const change = noteUse(keys, key.id, scope, now);
      keys = change?.save ?? keys;
      return change?.notes.map(({ message }) => message) ?? null;
    };
    const toRead = ['Used the key "deploy agent" to read'];
    expect(used('timers:read', NOW)).toEqual(toRead);
    expect(used('context:read', NOW + 1)).toBeNull();
    expect(used('timers:fire', NOW + 2)).toEqual(['Used the key "deploy agent" to fire timers']);
    expect(used('timers:read', NOW + USE_NOTED_MS - 1)).toBeNull();
    expect(used('timers:read', NOW + USE_NOTED_MS)).toEqual(toRead);
    expect(keys).toMatchObject([
      { lastUsedAt: NOW + USE_NOTED_MS, uses: { read: NOW + USE_NOTED_MS, fire: NOW + 2 } },
    ]);
  });

  it('says who and what, and nothing of the key itself', () => {
    const [note] = noteUse([key], key.id, 'timers:write', NOW)?.notes ?? [];
    expect(note).toMatchObject({ at: NOW, actor: 'key_1', subject: 'key_1', action: 'api_key.used' });
    expect(JSON.stringify(note)).not.toContain(key.hash);
  });

  it.each<[string, Partial<ApiKey>]>([
    ['the owner’s, who is a person', { id: 'key_owner' }],
    ['a session', { scopes: ['timers:write', 'account'] }],
    ['one that may not do it', { scopes: ['timers:read'] }],
  ])('notes nothing of %s', (_, fields) => {
    const other = sampleApiKey(fields);
    expect(noteUse([other], other.id, 'timers:write', NOW)).toBeNull();
  });

  it('notes nothing of a key that is gone', () => {
    expect(noteUse([], key.id, 'timers:read', NOW)).toBeNull();
  });
});
