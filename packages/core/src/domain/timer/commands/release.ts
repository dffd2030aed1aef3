import type { Change, TimerCommand } from '../commands.ts';
import { isHeld } from '../postponement.ts';
import type { Delivery, Timer } from '../state.ts';

/**
 * Lets the deliveries that wait for an endpoint go out at an instant, unless they do so before that. As a probe the first
 * of them alone, which goes on waiting should it come to nothing.
 */
export function release(
  timer: Timer,
  { endpointId, at, isProbe }: Extract<TimerCommand, { type: 'release' }>,
): Change {
  const waiting = timer.deliveries.filter(
    (delivery) => isHeld(delivery) && delivery.postponement?.endpointId === endpointId,
  );
  const released = new Set(isProbe ? waiting.slice(0, 1) : waiting);
  if (released.size === 0) return { timer, entries: [] };
  const deliveries = timer.deliveries.map((delivery) =>
    released.has(delivery) ? goingAt(delivery, at, isProbe) : delivery,
  );
  return { timer: { ...timer, deliveries }, entries: [] };
}

function goingAt(delivery: Delivery, at: number, isProbe: boolean): Delivery {
  const { postponement, nextAttemptAt } = delivery;
  if (postponement === undefined) return delivery;
  const status = isProbe ? 'held' : 'released';
  return {
    ...delivery,
    nextAttemptAt: Math.min(nextAttemptAt ?? at, at),
    postponement: { ...postponement, status },
  };
}
