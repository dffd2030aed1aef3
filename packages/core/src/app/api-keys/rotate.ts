import { MAX_API_KEYS, MAX_ROTATION_OVERLAP_MS, type RotateApiKeyRequest } from '@minoots/contract';
import { rotateKey } from '../../domain/api-key/changes.ts';
import { parseDuration } from '../../domain/duration.ts';
import { kindOf } from '../../identity/api-key.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { unwrap } from '../errors.ts';
import { decisionOf, type MadeApiKey, makeSecret } from './make.ts';

const OVERLAP_UNLESS_TOLD_MS = 86_400_000;

/** Makes a key in the place of another one of the team. */
export async function rotateApiKey(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  { overlap = OVERLAP_UNLESS_TOLD_MS }: RotateApiKeyRequest,
): Promise<MadeApiKey> {
  const bounds = { minMs: 0, maxMs: MAX_ROTATION_OVERLAP_MS };
  const overlapMs = unwrap(parseDuration(overlap, '/overlap', bounds));
  const { principal } = ctx;
  const old = (await deps.apiKeys.list(principal.teamId)).find((key) => key.id === id);
  const { key, parts } = makeSecret(deps, ctx, kindOf(old?.prefix ?? ''));
  const room = { now: deps.clock.now(), maxKeys: MAX_API_KEYS };
  const change = await deps.apiKeys.update(principal.teamId, (keys) =>
    decisionOf(rotateKey(keys, id, parts, { maker: principal, overlapMs }, room)),
  );
  return { key, record: unwrap(change).key };
}
