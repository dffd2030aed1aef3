import { describe, expect, it } from '@jest/globals';
import { MAX_API_KEYS, Scope } from '@minoots/contract';
import { sampleApiKey } from '../../testing/sample-api-key.ts';
import { addKey } from './changes.ts';
import { beginSession, MAX_SESSIONS } from './session.ts';
import { type ApiKey, isSession, OWNER_KEY_ID, statusAt } from './state.ts';

const NOW = Date.UTC(2030, 0, 1);
const { createdAt: _, lastUsedAt: __, revokedAt: ___, rotation: ____, ...NEW } = sampleApiKey();
const SESSION = { ...NEW, id: 'key_new', scopes: Scope.options, expiresAt: NOW + 1_000 };
const sessions = (count: number) =>
  Array.from({ length: count }, (_unused, n) =>
    sampleApiKey({ id: `key_s${n}`, scopes: Scope.options, createdAt: n, expiresAt: NOW + 500 }),
  );

function begin(keys: readonly ApiKey[]) {
  const result = beginSession(keys, SESSION, NOW);
  if (!result.ok) throw new Error(`refused: ${result.code} ${result.detail}`);
  return result.value;
}

describe('beginSession', () => {
  it('makes a key that stands for the person, and says so in the audit log', () => {
    const { key, save, notes } = begin([]);
    expect(save).toEqual([key]);
    expect(isSession(key)).toBe(true);
    expect([statusAt(key, NOW + 999), statusAt(key, NOW + 1_000)]).toEqual(['active', 'expired']);
    expect(notes).toMatchObject([{ action: 'session.begun', subject: key.id, actor: key.createdBy }]);
  });

  it('ends the oldest of those that last, and leaves keys alone', () => {
    const lasting = sessions(MAX_SESSIONS);
    const owners = sampleApiKey({ id: OWNER_KEY_ID, scopes: Scope.options, createdAt: 0 });
    const { save, notes } = begin([owners, sampleApiKey({ id: 'key_ci', createdAt: 0 }), ...lasting]);
    expect(save).toMatchObject([{ id: 'key_s0', revokedAt: NOW }, { id: 'key_new' }]);
    expect(notes.map(({ action, subject }) => [action, subject])).toEqual([
      ['session.ended', 'key_s0'],
      ['session.begun', 'key_new'],
    ]);
    expect(begin(lasting.slice(1)).save).toHaveLength(1);
  });

  it('has room of its own: neither a team full of keys keeps its owner out, nor do sessions keep keys out', () => {
    const full = Array.from({ length: MAX_API_KEYS }, (_unused, n) => sampleApiKey({ id: `key_k${n}` }));
    expect(begin(full).save).toHaveLength(1);
    const keys = [...full.slice(1), ...sessions(MAX_SESSIONS)];
    const asker = { scopes: new Set<Scope>(Scope.options) };
    expect(addKey(keys, NEW, asker, { now: NOW, maxKeys: MAX_API_KEYS }).ok).toBe(true);
  });
});
