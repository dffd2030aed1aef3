import { parseDuration } from '../domain/duration.ts';
import { unwrap } from './errors.ts';

/** How long a request asks to wait, in ms. @param text a duration, or digits for ms @param maxMs the longest that it may be */
export function readWait(text: string, pointer: string, maxMs: number): number {
  const input = /^\d+$/.test(text) ? Number(text) : text;
  return unwrap(parseDuration(input, pointer, { minMs: 0, maxMs }));
}

/** Follows something until the time is up or the client goes away; then, and in any other end, it is closed. */
export async function whileWaiting<T>(
  followed: { close(): void },
  waitMs: number,
  signal: AbortSignal,
  follow: () => Promise<T>,
): Promise<T> {
  const stop = () => followed.close();
  const deadline = setTimeout(stop, waitMs);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await follow();
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    followed.close();
  }
}
