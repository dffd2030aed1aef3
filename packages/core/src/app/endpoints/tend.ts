import { chooseProber, isProbeOverdue, lookAt, withoutThePast } from '../../domain/endpoint/upkeep.ts';
import type { EndpointKey } from '../../ports/endpoint-store.ts';
import type { Deps } from '../deps.ts';
import { inParallel } from '../in-parallel.ts';
import { changeKnown } from './change.ts';
import { findProber, settleEndpoint } from './settle.ts';

const PAGE = 200;
const PARALLEL = 10;

/** Endpoints that were looked after, and those that could not be: they are found again. */
export interface EndpointCounts {
  tended: number;
  failed: number;
}

/**
 * Looks after endpoints that somebody has left half-way or whose probe is overdue, and forgets those that do not matter any
 * more. To be called every minute.
 */
export async function tendEndpoints(deps: Deps): Promise<EndpointCounts> {
  const counts: EndpointCounts = { tended: 0, failed: 0 };
  const until = deps.clock.now();
  let after: string | null = null;
  do {
    const { keys, next } = await deps.endpoints.listToLookAt({ until, limit: PAGE, after });
    await inParallel(keys, PARALLEL, async (key) => {
      try {
        if (await tendEndpoint(deps, key)) counts.tended++;
      } catch (error) {
        counts.failed++;
        deps.logger.error({ err: error, ...key }, 'an endpoint could not be looked after');
      }
    });
    after = next;
  } while (after !== null);
  return counts;
}

/** Whether it was time to. */
async function tendEndpoint(deps: Deps, key: EndpointKey): Promise<boolean> {
  const endpoint = await deps.endpoints.get(key);
  const at = endpoint && lookAt(endpoint);
  const now = deps.clock.now();
  if (endpoint === null || at === null || at > now) return false;
  await settleEndpoint(deps, endpoint);
  if (isProbeOverdue(endpoint, now) && !(await findProber(deps, endpoint)))
    await changeKnown(deps, key, (known) => chooseProber(known, null, now));
  await changeKnown(deps, key, (known) => withoutThePast(known, deps.clock.now()));
  return true;
}
