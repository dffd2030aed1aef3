import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 10;

/** Asks again and again until the answer is not null, and gives it. @throws when `timeoutMs` has passed */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null> | T | null,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await delay(EVERY_MS);
  }
}
