import { KeyScope, type ApiKey as WireApiKey } from '@minoots/contract';
import { type ApiKey, endsAt, statusAt } from '../domain/api-key/state.ts';
import { toInstant } from './timer.ts';

/** An API key as the API shows it at the instant `now`. */
export function toWireApiKey(key: ApiKey, now: number): WireApiKey {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    // The owner's own may do what no other key may, which is no scope of keys.
    scopes: KeyScope.options.filter((scope) => key.scopes.includes(scope)),
    created_by: key.createdBy,
    created_at: toInstant(key.createdAt),
    expires_at: toInstant(endsAt(key)),
    last_used_at: toInstant(key.lastUsedAt),
    status: statusAt(key, now),
    replaced_by: key.rotation?.replacedBy ?? null,
  };
}
