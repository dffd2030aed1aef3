import { setTimeout as delay } from 'node:timers/promises';

/** For tests: asks until the answer is neither null, undefined nor false, and gives it; fails after `deadlineMs`. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  deadlineMs = 20_000,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`${what} did not come about within ${deadlineMs} ms`);
    await delay(10);
  }
}

function isThere<T>(answer: T): answer is Exclude<T, null | undefined | false> {
  return answer !== null && answer !== undefined && answer !== false;
}
