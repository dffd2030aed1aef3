import { say } from '../../scripts/lib/say.mjs';
import type { Stack } from './stack.ts';

const UNITS_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Runs the scheduled functions of a stack as Cloud Scheduler would, as long as this process lives. It knows schedules of
 * the form `every 5 minutes`; one for a time of the day is run a day after the start, and so each day.
 */
export function runSchedules({ schedules, places }: Stack): void {
  for (const { name, schedule } of schedules) {
    const url = places.scheduleUrls[name];
    if (url) setInterval(() => void run(name, url), intervalOf(schedule)).unref();
  }
}

function intervalOf(schedule: string): number {
  const [, count = '1', unit = 'day'] = /^every (\d+) (minute|hour|day)s?$/.exec(schedule) ?? [];
  return Number(count) * (unit === 'minute' || unit === 'hour' ? UNITS_MS[unit] : UNITS_MS.day);
}

async function run(name: string, url: string): Promise<void> {
  const response = await fetch(url, { method: 'POST' }).catch((error: unknown) => error);
  if (response instanceof Response && response.ok) return;
  say(`the scheduled function ${name} failed: ${response instanceof Response ? response.status : response}`);
}
