import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until the answer is not null, and returns it. Throws when `timeoutMs` has passed. */
export async function until<T>(
  ask: () => Promise<T | null> | T | null,
  { timeoutMs, everyMs, what }: { timeoutMs: number; everyMs: number; what: string },
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await delay(everyMs);
  }
}
