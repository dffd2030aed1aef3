import type { ApiKey } from '../domain/api-key/state.ts';
import { hashApiKey } from '../identity/api-key.ts';

/** A key that works for good, made at 1,000. */
export function sampleApiKey(fields: Partial<ApiKey> = {}): ApiKey {
  const { id = 'key_1' } = fields;
  return {
    id,
    teamId: 'team_a',
    name: 'deploy agent',
    prefix: 'mnt_live_0Az9',
    hash: hashApiKey(id),
    scopes: ['timers:read', 'timers:write'],
    createdBy: 'usr_1',
    createdAt: 1_000,
    expiresAt: null,
    lastUsedAt: null,
    uses: {},
    revokedAt: null,
    rotation: null,
    ...fields,
  };
}
