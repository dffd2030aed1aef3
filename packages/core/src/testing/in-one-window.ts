import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for the next window of the clock where the one that runs ends within `needMs`: what a test counts in windows is
 * counted in a single one from then on, unless it takes longer than that.
 */
export async function inOneWindow(windowMs: number, needMs = 10_000): Promise<void> {
  const leftMs = windowMs - (Date.now() % windowMs);
  // A timeout may end a moment before its millisecond is full.
  if (leftMs < needMs) await delay(leftMs + 1);
}
