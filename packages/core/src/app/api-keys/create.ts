import { type CreateApiKeyRequest, MAX_API_KEYS, READ_ONLY_SCOPES } from '@minoots/contract';
import { addKey } from '../../domain/api-key/changes.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { unwrap } from '../errors.ts';
import { decisionOf, type MadeApiKey, makeSecret } from './make.ts';

/** Makes a key for the team of whoever asks. */
export async function createApiKey(
  deps: Pick<Deps, 'apiKeys' | 'clock' | 'random'>,
  ctx: RequestContext,
  { name, scopes, expires_at: expiresAt, kind = 'live' }: CreateApiKeyRequest,
): Promise<MadeApiKey> {
  const { principal } = ctx;
  const { key, parts } = makeSecret(deps, ctx, kind);
  const added = {
    ...parts,
    teamId: principal.teamId,
    name,
    scopes: scopes === 'read-only' ? READ_ONLY_SCOPES : [...new Set(scopes)],
    createdBy: principal.id,
    expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt),
  };
  const room = { now: deps.clock.now(), maxKeys: MAX_API_KEYS };
  const change = await deps.apiKeys.update(principal.teamId, (keys) =>
    decisionOf(addKey(keys, added, principal, room)),
  );
  return { key, record: unwrap(change).key };
}
