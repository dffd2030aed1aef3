import type { JobAction } from '@minoots/contract';
import { deliveryId } from '../wire/delivery-id.ts';
import { EVENTS, toInstant } from '../wire/timer.ts';
import type { Unsendable } from './http-sender.ts';
import type { AttemptContext } from './performer.ts';

/** Largest job with its placeholders filled, in bytes of JSON. */
const MAX_JOB_BYTES = 262_144;

/** What every command finds in its environment. */
export function standardVariables({ timer, delivery, attempt }: AttemptContext): Record<string, string> {
  return {
    MINOOTS_TIMER_ID: timer.id,
    MINOOTS_TIMER_NAME: timer.name,
    MINOOTS_DELIVERY_ID: deliveryId(timer, delivery.number),
    MINOOTS_ATTEMPT: String(attempt),
    MINOOTS_EVENT: EVENTS[delivery.trigger],
    MINOOTS_FIRED_AT: toInstant('firedAt' in timer ? timer.firedAt : null) ?? '',
  };
}

/** A job that a runner can carry out, or why there is none: what its placeholders are filled with may not be fit for it. */
export function fitJob(action: JobAction): JobAction | Unsendable {
  let holdsNul = false;
  const text = JSON.stringify(action, (_, value: unknown) => {
    holdsNul ||= typeof value === 'string' && value.includes('\0');
    return value;
  });
  if (holdsNul) return { refused: 'a value that a placeholder is filled with holds NUL' };
  const size = Buffer.byteLength(text);
  if (size <= MAX_JOB_BYTES) return action;
  return { refused: `it is ${size} bytes with its placeholders filled, over the ${MAX_JOB_BYTES} allowed` };
}
