import { MAX_OUTPUT_TAIL_BYTES } from '@minoots/contract';

/** The end of an output as it is kept: no more than its limit in bytes of UTF-8, no character cut in two. Null of nothing. */
export function outputTail(text: string): string | null {
  if (text === '') return null;
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_OUTPUT_TAIL_BYTES) return text;
  let start = bytes.length - MAX_OUTPUT_TAIL_BYTES;
  // The bytes of a character after its first begin with 10.
  while (((bytes[start] ?? 0) & 0b1100_0000) === 0b1000_0000) start++;
  return bytes.subarray(start).toString();
}
