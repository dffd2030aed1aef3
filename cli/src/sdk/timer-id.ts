import { randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 22;

/** A new id for a timer: `tmr_` and 22 random base62 characters, 131 bits. */
export function newTimerId(): string {
  return `tmr_${Array.from({ length: LENGTH }, () => BASE62.charAt(randomInt(BASE62.length))).join('')}`;
}
