import { setTimeout as delay } from 'node:timers/promises';

/** For tests: asks until the answer is neither null nor undefined, and gives it; fails after `deadlineMs`. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  deadlineMs = 10_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`${what} did not come about within ${deadlineMs} ms`);
    await delay(20);
  }
}
