import { gunzipSync, gzipSync } from 'node:zlib';
import type { Timer } from '@minoots/core';

/** Bytes for the aggregate in a document: Firestore allows 1,048,576 for the whole, and the fields beside it take up to 25,000. */
export const MAX_PACKED_BYTES = 1_000_000;

/**
 * A timer as the value of one field: text, or gzipped where the text is too long. Where even that is too long, which
 * takes hundreds of kilobytes of dense request and of dense answers, the oldest attempts lose the answers they keep.
 */
export function pack(timer: Timer, toText: (timer: Timer) => string): string | Buffer {
  const text = toText(timer);
  if (Buffer.byteLength(text) <= MAX_PACKED_BYTES) return text;
  const zipped = gzipSync(text);
  if (zipped.length <= MAX_PACKED_BYTES) return zipped;
  const answered = attemptsWithAnswer(timer);
  // The fewest that have to go, by halving: 300 at most, so at most nine tries.
  let [tooFew, enough] = [0, answered.length];
  while (enough - tooFew > 1) {
    const tried = Math.floor((tooFew + enough) / 2);
    const fits = gzipSync(toText(withoutAnswers(timer, answered.slice(0, tried)))).length <= MAX_PACKED_BYTES;
    if (fits) enough = tried;
    else tooFew = tried;
  }
  return gzipSync(toText(withoutAnswers(timer, answered.slice(0, enough))));
}

/** The text in a packed field. */
export function unpack(field: unknown): string {
  if (typeof field === 'string') return field;
  if (field instanceof Uint8Array) return gunzipSync(field).toString();
  throw new Error('a timer document holds no timer');
}

/** The length of the text in a packed field, without unpacking it: a zipped one is longer than what may stay as it is. */
export function packedSize(field: unknown): number {
  return typeof field === 'string' ? field.length : MAX_PACKED_BYTES;
}

type Attempt = Timer['deliveries'][number]['attempts'][number];

/** Oldest first. */
function attemptsWithAnswer({ deliveries }: Timer): Attempt[] {
  return deliveries
    .flatMap(({ attempts }) => attempts)
    .filter(({ responseBody }) => responseBody !== null)
    .sort((one, other) => one.at - other.at);
}

function withoutAnswers(timer: Timer, attempts: readonly Attempt[]): Timer {
  const emptied = new Set(attempts);
  const deliveries = timer.deliveries.map((delivery) => ({
    ...delivery,
    attempts: delivery.attempts.map((attempt) =>
      emptied.has(attempt) ? { ...attempt, responseBody: null } : attempt,
    ),
  }));
  return { ...timer, deliveries };
}
