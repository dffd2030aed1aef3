import { randomBytes } from 'node:crypto';
import type { Random } from '../ports/random.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const POOL_BYTES = 8_192;
/** Bytes from here on would favour the first characters of the alphabet. */
const FAIR_BYTES = 248;

/** Chance from the system's generator, drawn in bulk: one call for a few hundred ids. */
export function createRandom(): Random {
  let pool = Buffer.alloc(0);
  let used = 0;
  const nextByte = (): number => {
    if (used >= pool.length) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    return pool[used++] ?? 0;
  };
  return {
    id: () => base62(22, nextByte),
    jitter: () => Math.random() * 2 - 1,
  };
}

/** Random base62 text from fair bytes. */
export function base62(length: number, nextByte: () => number): string {
  let text = '';
  while (text.length < length) {
    const byte = nextByte();
    if (byte < FAIR_BYTES) text += BASE62[byte % 62];
  }
  return text;
}
