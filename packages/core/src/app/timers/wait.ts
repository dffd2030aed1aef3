import type { Timer } from '../../domain/timer/state.ts';
import { isTerminal } from '../../domain/timer/time.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { readWait, whileWaiting } from '../long-poll.ts';
import { getTimer } from './get.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_TIMEOUT_MS = 60_000;

/**
 * Reads a timer once it has ended, or as it is when the timeout passes.
 * @param timeout text such as `30s`, or digits for ms; up to 60 s
 * @param signal ends the wait early
 */
export async function waitForTimer(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  timeout: string | undefined,
  signal: AbortSignal,
): Promise<Timer> {
  const timeoutMs =
    timeout === undefined ? DEFAULT_TIMEOUT_MS : readWait(timeout, '?timeout', MAX_TIMEOUT_MS);
  // Subscribed before the read, so that an end in between is not missed.
  const subscription = await deps.events.subscribe({ teamId: ctx.principal.teamId, timerId: id });
  return whileWaiting(subscription, timeoutMs, signal, async () => {
    const timer = await getTimer(deps, ctx, id);
    if (isTerminal(timer)) return timer;
    for await (const _ of subscription.events) {
      const current = await getTimer(deps, ctx, id);
      if (isTerminal(current)) return current;
    }
    return getTimer(deps, ctx, id);
  });
}
