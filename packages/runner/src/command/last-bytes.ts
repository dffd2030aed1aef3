const LONGEST_CHARACTER = 4;

/**
 * The end of bytes that should be UTF-8, as text of at most `max` bytes. Bytes that are no UTF-8 become U+FFFD; a
 * character of which one end lacks its rest is left out.
 */
export function lastBytes(bytes: Buffer, max: number): string {
  const whole = bytes.subarray(firstWhole(bytes, max), lastWhole(bytes));
  const text = whole.toString();
  const size = Buffer.byteLength(text);
  // A byte that is no UTF-8 takes three as U+FFFD.
  return size <= max ? text : shortened(Buffer.from(text), max);
}

function shortened(bytes: Buffer, max: number): string {
  return bytes.subarray(firstWhole(bytes, max)).toString();
}

/** Where the first character begins that lies in the last `max` bytes as a whole. */
function firstWhole(bytes: Buffer, max: number): number {
  const cut = Math.max(0, bytes.length - max);
  if (cut === 0) return 0;
  for (let at = cut; at < Math.min(cut + LONGEST_CHARACTER, bytes.length); at++) {
    if (!isContinuation(bytes[at] ?? 0)) return at;
  }
  return cut;
}

/** Where the bytes end without a character that has only begun. */
function lastWhole(bytes: Buffer): number {
  for (let back = 1; back < LONGEST_CHARACTER && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return lengthOf(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function lengthOf(lead: number): number {
  if (lead < 0xc0) return 1;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}
