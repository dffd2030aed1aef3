import { createHash } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 22;

/**
 * A timer id that the same idempotency key of the same team always gives. A create that is repeated after its answer
 * was lost then finds the timer that the first try made.
 */
export function timerIdFor(teamId: string, commandId: string): string {
  return idFor('tmr', teamId, commandId);
}

/** An id of any kind that the same idempotency key of the same team always gives. @param kind its first letters */
export function idFor(kind: string, teamId: string, commandId: string): string {
  let digits = BigInt(`0x${createHash('sha256').update(`${teamId}\n${commandId}`).digest('hex')}`);
  let id = '';
  for (let place = 0; place < ID_LENGTH; place++) {
    id += BASE62[Number(digits % 62n)];
    digits /= 62n;
  }
  return `${kind}_${id}`;
}

/** Tells one create request from another. */
export function fingerprint(request: object): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 22);
}
