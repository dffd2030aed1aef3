import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerProcess } from '../consumer/consumer-process.ts';
import { summarise } from '../lib/latencies.ts';
import type { Row } from '../report.ts';
import type { Job } from '../rivals/rival.ts';

/** How long to listen on for duplicates once everything has arrived. */
const GRACE_MS = 1_000;

/** Waits for every job, then compares arrivals with the instants they were due. `lateness` columns are in milliseconds. */
export async function lateness(
  consumer: ConsumerProcess,
  jobs: readonly Job[],
  timeoutMs: number,
): Promise<Row> {
  const complete = await consumer.arrived(jobs.length, timeoutMs).then(
    () => true,
    () => false,
  );
  await delay(GRACE_MS);
  const late: number[] = [];
  let duplicates = 0;
  for (const job of jobs) {
    const times = consumer.arrivals.get(job.id) ?? [];
    duplicates += Math.max(0, times.length - 1);
    if (times[0] !== undefined && 'atMs' in job.due) late.push(times[0] - job.due.atMs);
  }
  const { p50, p99, max } = summarise(late.length > 0 ? late : [Number.NaN]);
  return {
    count: jobs.length,
    p50_ms: p50,
    p99_ms: p99,
    max_ms: max,
    early: late.filter((ms) => ms < 0).length,
    lost: complete ? 0 : jobs.length - late.length,
    duplicates,
  };
}

/** Milliseconds from `fromMs` to the last first arrival. */
export function timeToLast(consumer: ConsumerProcess, fromMs: number): number {
  let last = fromMs;
  for (const [first] of consumer.arrivals.values()) last = Math.max(last, first ?? fromMs);
  return last - fromMs;
}
