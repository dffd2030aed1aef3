import type { Scope } from '@minoots/contract';
import type { ApiKeyChange } from './changes.ts';
import { type ApiKey, isSession, type KeyUse, OWNER_KEY_ID } from './state.ts';

/** How long a note of one kind of use stands for all that follow, in ms. */
export const USE_NOTED_MS = 86_400_000;

/** What each scope is used for. */
const USES: Record<Scope, KeyUse> = {
  'timers:read': 'read',
  'context:read': 'read',
  'inbox:read': 'read',
  'agents:read': 'read',
  'teams:read': 'read',
  'timers:write': 'write',
  'context:write': 'write',
  'inbox:write': 'write',
  clock: 'write',
  'timers:fire': 'fire',
  runners: 'run',
  'timers:export': 'administer',
  'timers:share': 'administer',
  'secrets:read': 'administer',
  'secrets:write': 'administer',
  'agents:write': 'administer',
  'teams:admin': 'administer',
  'teams:own': 'administer',
  'audit:read': 'administer',
  'service:admin': 'administer',
  account: 'administer',
};

const SAID: Record<KeyUse, string> = {
  read: 'read',
  write: 'make and change timers and the like',
  fire: 'fire timers',
  run: 'carry out jobs',
  administer: 'administer the team',
};

/**
 * What is to be noted of a request by a key; null where nothing is: it was noted within a day, the key may not do it, or it
 * stands for a person.
 */
export function useToNote(key: ApiKey, scope: Scope, now: number): KeyUse | null {
  if (key.id === OWNER_KEY_ID || isSession(key) || !key.scopes.includes(scope)) return null;
  const use = USES[scope];
  const last = key.uses[use];
  return last !== undefined && now - last < USE_NOTED_MS ? null : use;
}

/** The keys of a team once it is noted what one of them is used for. Null where another process was first, or it is gone. */
export function noteUse(keys: readonly ApiKey[], id: string, scope: Scope, now: number): ApiKeyChange | null {
  const key = keys.find((other) => other.id === id);
  const use = key === undefined ? null : useToNote(key, scope, now);
  if (key === undefined || use === null) return null;
  const used = { ...key, lastUsedAt: Math.max(now, key.lastUsedAt ?? 0), uses: { ...key.uses, [use]: now } };
  const message = `Used the key "${key.name}" to ${SAID[use]}`;
  return {
    key: used,
    save: [used],
    forget: [],
    notes: [{ at: now, actor: id, action: 'api_key.used', subject: id, message }],
  };
}
