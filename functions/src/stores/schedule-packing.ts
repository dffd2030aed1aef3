import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { MAX_PACKED_BYTES } from './timer-packing.ts';

/**
 * The text of a schedule as the value of one field, compressed where it is too long. A schedule that was just imported
 * repeats what its template says in the timer that it brings, once for each delivery; brotli's window holds them all.
 */
export function packSchedule(text: string): string | Buffer {
  if (Buffer.byteLength(text) <= MAX_PACKED_BYTES) return text;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 5,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  };
  return brotliCompressSync(text, { params });
}

/** The text in a packed field. */
export function unpackSchedule(field: unknown): string {
  if (typeof field === 'string') return field;
  if (field instanceof Uint8Array) return brotliDecompressSync(field).toString();
  throw new Error('a schedule document holds no schedule');
}
