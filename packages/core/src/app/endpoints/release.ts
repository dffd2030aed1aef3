import { type Endpoint, RELEASE_GAP_MS, type Release } from '../../domain/endpoint/state.ts';
import { releasedUntil } from '../../domain/endpoint/upkeep.ts';
import type { TimerKey } from '../../ports/timer-store.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { inParallel } from '../in-parallel.ts';
import { changeKnown } from './change.ts';
import { keyOf } from './endpoint-of.ts';

const PAGE = 200;
/** Pages gone through at a time, so that a request or a task ends; the rest is left to the upkeep. */
const MAX_PAGES = 5;
const PARALLEL = 20;

/**
 * Tells what was postponed for an endpoint to go out, one after another, and takes note of how far that has come. Done
 * twice it changes nothing more.
 */
export async function releasePostponed(deps: Deps, endpoint: Endpoint, release: Release): Promise<void> {
  let nextAt = Math.max(release.nextAt, deps.clock.now());
  let after: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { timerIds, next } = await deps.timers.listPostponed(keyOf(endpoint), { limit: PAGE, after });
    const first = nextAt;
    const released = timerIds.map((timerId, index) => ({ timerId, at: first + index * RELEASE_GAP_MS }));
    await inParallel(released, PARALLEL, ({ timerId, at }) =>
      releaseTimer(deps, { teamId: endpoint.teamId, timerId }, endpoint.id, { at, isProbe: false }),
    );
    nextAt += timerIds.length * RELEASE_GAP_MS;
    after = next;
    if (after === null) break;
  }
  const progress = { nextAt, isThrough: after === null };
  await changeKnown(deps, keyOf(endpoint), (known) =>
    releasedUntil(known, release, progress, deps.clock.now()),
  );
}

/** Tells what a timer has postponed for an endpoint to go out, as a probe the first of it alone. */
export async function releaseTimer(
  deps: Deps,
  key: TimerKey,
  endpointId: string,
  how: { at: number; isProbe: boolean },
): Promise<void> {
  const changed = await changeTimer(deps, key, { type: 'release', endpointId, ...how });
  if (changed !== null) await performEffects(deps, changed.timer, changed.effects);
}
