import { parseDuration } from '../../domain/duration.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { isTerminal } from '../../domain/timer/time.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fromRejection } from '../errors.ts';
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
  const timeoutMs = readTimeout(timeout);
  // Subscribed before the read, so that an end in between is not missed.
  const subscription = await deps.events.subscribe({ teamId: ctx.principal.teamId, timerId: id });
  const deadline = setTimeout(() => subscription.close(), timeoutMs);
  const stop = () => subscription.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const timer = await getTimer(deps, ctx, id);
    if (isTerminal(timer)) return timer;
    for await (const _ of subscription.events) {
      const current = await getTimer(deps, ctx, id);
      if (isTerminal(current)) return current;
    }
    return await getTimer(deps, ctx, id);
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    subscription.close();
  }
}

function readTimeout(timeout: string | undefined): number {
  if (timeout === undefined) return DEFAULT_TIMEOUT_MS;
  const input = /^\d+$/.test(timeout) ? Number(timeout) : timeout;
  const parsed = parseDuration(input, '?timeout', { minMs: 0, maxMs: MAX_TIMEOUT_MS });
  if (!parsed.ok) throw fromRejection(parsed);
  return parsed.value;
}
