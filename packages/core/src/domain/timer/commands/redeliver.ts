import { ok, type Result, reject } from '../../rejection.ts';
import type { Change } from '../commands.ts';
import { isOver } from '../deliveries.ts';
import { entry } from '../log.ts';
import { MAX_UNDER_WAY, type Timer } from '../state.ts';

/** Re-opens one finished or exhausted delivery with a fresh attempt count. Its history stays. */
export function redeliver(timer: Timer, deliveryNumber: number, now: number): Result<Change> {
  const delivery = timer.deliveries.find(({ number }) => number === deliveryNumber);
  if (delivery === undefined)
    return reject('not_found', `Timer ${timer.id} has no delivery ${deliveryNumber}`);
  if (!isOver(delivery)) {
    return reject(
      'delivery_unfinished',
      `Delivery ${deliveryNumber} is ${delivery.status}; wait until it has ended`,
    );
  }
  const underWay = timer.deliveries.filter((other) => !isOver(other)).length;
  if (underWay >= MAX_UNDER_WAY) {
    return reject(
      'invalid_state',
      `Timer ${timer.id} has ${underWay} deliveries under way; wait until some have ended`,
    );
  }
  const { postponement: _, ...kept } = delivery;
  const reopened = {
    ...kept,
    status: 'pending' as const,
    roundStart: delivery.attemptCount,
    nextAttemptAt: now,
  };
  const deliveries = timer.deliveries.map((other) => (other === delivery ? reopened : other));
  const message = `Delivery ${deliveryNumber} re-opened by request`;
  return ok({
    timer: delivery.trigger === 'expire' ? firingAgain({ ...timer, deliveries }) : { ...timer, deliveries },
    entries: [entry(now, 'delivery.reopened', message, { delivery: deliveryNumber })],
  });
}

/** Re-opens those of several deliveries that can be; the others stay as they are. */
export function redeliverMany(timer: Timer, deliveryNumbers: readonly number[], now: number): Change {
  let change: Change = { timer, entries: [] };
  for (const deliveryNumber of deliveryNumbers) {
    const next = redeliver(change.timer, deliveryNumber, now);
    if (next.ok) change = { timer: next.value.timer, entries: [...change.entries, ...next.value.entries] };
  }
  return change;
}

function firingAgain(timer: Timer): Timer {
  if (timer.status !== 'firing' && timer.status !== 'expired' && timer.status !== 'failed')
    throw new Error(`timer ${timer.id} is ${timer.status} and has deliveries of its expiry`);
  return { ...timer, status: 'firing', settledAt: null };
}
