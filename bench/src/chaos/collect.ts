import { JobType, LogEntry, Timer, TimerPage } from '@minoots/contract';
import * as z from 'zod';
import { load } from '../lib/load.ts';
import { until } from '../lib/until.ts';
import type { ChaosClient } from './client.ts';
import type { PlannedJob } from './jobs.ts';
import type { Ledger } from './ledger.ts';
import type { Arrival, Observations, TimerEnd, TimerObservation } from './observations.ts';

const READERS = 16;
const JOB_TYPES: ReadonlySet<string> = new Set(JobType.options);
const Logs = z.object({ data: z.array(LogEntry) });
const Fired = z.object({ generation: z.number() });

/** Waits until no timer is on its way any more; gives up in silence after `timeoutMs`: the checker names what is left. */
export async function untilQuiet(client: ChaosClient, timeoutMs: number): Promise<void> {
  const path = '/v1/timers?status=waiting,running,paused,firing&limit=1';
  const ask = async () => {
    const page = await client.read(path, TimerPage);
    return page?.data.length === 0 ? true : null;
  };
  await until(ask, { timeoutMs, everyMs: 250, what: 'every timer to end' }).catch(() => {});
}

/**
 * Reads every timer that a client or the receiver heard of, with its log.
 * @param jobOf the job that the timer of an origin was to have
 */
export async function collect(
  client: ChaosClient,
  ledger: Ledger,
  arrivals: readonly Arrival[],
  jobOf: (origin: number) => PlannedJob | null,
): Promise<Pick<Observations, 'timers' | 'arrivals'>> {
  const origins = new Map(arrivals.map(({ timerId, origin }) => [timerId, origin]));
  for (const [id, { origin }] of ledger.entries) origins.set(id, origin);
  const known = [...origins];
  const timers: TimerObservation[] = [];
  await load(known.length, READERS, async (index) => {
    const [id, origin] = known[index] ?? [];
    if (id === undefined || origin === undefined) return;
    const acknowledged = ledger.entries.get(id)?.acknowledged ?? null;
    timers.push({ id, origin, job: jobOf(origin), acknowledged, end: await readEnd(client, id) });
  });
  return { timers, arrivals };
}

async function readEnd(client: ChaosClient, id: string): Promise<TimerEnd | null> {
  const timer = await client.read(`/v1/timers/${id}`, Timer);
  const logs = await client.read(`/v1/timers/${id}/logs`, Logs);
  if (timer === null || logs === null) return null;
  return {
    status: timer.status,
    generation: timer.generation,
    fireAt: timer.fire_at === null ? null : Date.parse(timer.fire_at),
    startedAt: timer.started_at === null ? null : Date.parse(timer.started_at),
    dependsOn: timer.depends_on,
    jobs: timer.deliveries.filter(({ type }) => JOB_TYPES.has(type)),
    fires: logs.data
      .filter((entry) => entry.type === 'timer.fired')
      .map((entry) => ({ generation: generationOf(entry), at: Date.parse(entry.at) })),
  };
}

function generationOf({ data }: LogEntry): number | null {
  const fired = Fired.safeParse(data);
  return fired.success ? fired.data.generation : null;
}
