import type { Change, Throttle } from '../commands.ts';
import { entry } from '../log.ts';
import { countingAgainst } from '../places.ts';
import type { Timer, TimerIn } from '../state.ts';
import { isTerminal, unthrottled } from '../time.ts';

/** Makes a timer count against these counters and no other. One that has ended counts against none. */
export function takePlaces(timer: Timer, against: readonly string[]): Change {
  const before = timer.countsAgainst ?? [];
  const isSame = before.length === against.length && before.every((counter) => against.includes(counter));
  return { timer: isSame || isTerminal(timer) ? timer : countingAgainst(timer, against), entries: [] };
}

/** Puts a fire off no more: whether it may take place is asked again at once. */
export function lookAgain(timer: Timer): Change {
  const isThrottled = timer.status === 'running' && timer.throttledUntil !== undefined;
  return { timer: isThrottled ? unthrottled(timer) : timer, entries: [] };
}

/** Puts a fire off. Its instant stays, so that the drift tells how late it is; put off until then already, the log has it. */
export function throttle(timer: TimerIn<'running'>, { until, reason }: Throttle, now: number): Change {
  const throttled = { ...timer, throttledUntil: until };
  const instant = new Date(until).toISOString();
  const logged = timer.log.findLast(({ type }) => type === 'timer.throttled');
  if (logged?.data?.until === instant) return { timer: throttled, entries: [] };
  const message = `Put off until ${instant}: ${reason}`;
  return { timer: throttled, entries: [entry(now, 'timer.throttled', message, { until: instant })] };
}
