import type { ApiKeyChange } from '../../domain/api-key/changes.ts';
import type { ApiKey } from '../../domain/api-key/state.ts';
import type { Result } from '../../domain/rejection.ts';
import { generateApiKey, hashApiKey, prefixOf } from '../../identity/api-key.ts';
import type { ApiKeyDecision } from '../../ports/api-key-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { idFor } from '../ids.ts';

/** A key just made, and how it is stored. It can be had from nowhere else. */
export interface MadeApiKey {
  key: string;
  record: ApiKey;
}

/** Makes the secret part of a key and an id, which the same idempotency key always gives. */
export function makeSecret(
  { random }: Pick<Deps, 'random'>,
  { principal, commandId }: RequestContext,
  kind: 'live' | 'test',
): { key: string; parts: Pick<ApiKey, 'id' | 'hash' | 'prefix'> } {
  const key = generateApiKey(kind);
  const id = commandId === undefined ? `key_${random.id()}` : idFor('key', principal.teamId, commandId);
  return { key, parts: { id, hash: hashApiKey(key), prefix: prefixOf(key) } };
}

/** What the store is to do about a change of keys that the domain has allowed or refused. */
export function decisionOf(change: Result<ApiKeyChange>): ApiKeyDecision<Result<ApiKeyChange>> {
  if (!change.ok) return { result: change };
  const { save, forget, notes } = change.value;
  return { save, forget, notes, result: change };
}
