import { JobType, type TimerEvent } from '@minoots/contract';
import * as z from 'zod';
import { canTake } from '../../domain/runner.ts';
import { jobAt } from '../../domain/timer/time.ts';
import type { RunnerRecord } from '../../ports/runner-store.ts';
import type { Deps } from '../deps.ts';
import { type TakenJob, takeJobs } from '../jobs/take.ts';
import type { Look } from './look.ts';

/** Least time between two looks through all jobs, in ms. */
const MIN_PAUSE_MS = 1_000;

interface Wait {
  teamId: string;
  runner: RunnerRecord;
  limit: number;
  waitMs: number;
  signal: AbortSignal;
}

const Queued = z.object({ type: JobType, runs_on: z.array(z.string()) });

/** Waits for a job to be queued, or for another runner's lease to end, and takes what there is then. */
export async function waitForJobs(
  deps: Deps,
  { teamId, runner, limit, waitMs, signal }: Wait,
  look: () => Promise<Look>,
): Promise<TakenJob[]> {
  // Subscribed before the look that follows, so that what is queued in between is not missed.
  const subscription = await deps.events.subscribe({ teamId, types: ['delivery.queued'] });
  const close = () => subscription.close();
  const deadline = setTimeout(close, waitMs);
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  try {
    const events = subscription.events[Symbol.asyncIterator]();
    let upcoming = events.next();
    let found = await lookAhead(deps, teamId, waitMs, look);
    while (found.jobs.length === 0) {
      const news = await within(upcoming, pauseUntil(found.nextLapseAt, deps.clock.now()));
      if (news === null) {
        found = await lookAhead(deps, teamId, waitMs, look);
        continue;
      }
      if (news.done === true) return [];
      upcoming = events.next();
      const { timer_id: timerId } = news.value;
      if (timerId === null || !isFor(runner, news.value)) continue;
      const key = { teamId, timerId };
      found = { ...found, jobs: await takeJobs(deps, key, runner, limit) };
    }
    return found.jobs;
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', close);
    close();
  }
}

/** A look through what is free now, and at which lease ends first of the jobs that are not. */
async function lookAhead(
  deps: Deps,
  teamId: string,
  waitMs: number,
  look: () => Promise<Look>,
): Promise<Look> {
  const { jobs, nextLapseAt } = await look();
  if (jobs.length > 0) return { jobs, nextLapseAt };
  const now = deps.clock.now();
  const range = { from: now + 1, until: now + waitMs, limit: 1, after: null };
  const [held] = (await deps.timers.listJobs(teamId, range)).timers;
  const ends = [nextLapseAt, held === undefined ? null : jobAt(held)].filter((at) => at !== null);
  return { jobs, nextLapseAt: ends.length === 0 ? null : Math.min(...ends) };
}

function pauseUntil(at: number | null, now: number): number | null {
  return at === null ? null : Math.max(at - now, MIN_PAUSE_MS);
}

/** What comes first: an answer, or null after `ms`. */
async function within<T>(answer: Promise<T>, ms: number | null): Promise<T | null> {
  if (ms === null) return answer;
  const { promise: pause, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), ms);
  try {
    return await Promise.race([answer, pause]);
  } finally {
    clearTimeout(timer);
  }
}

function isFor(runner: RunnerRecord, { data }: TimerEvent): boolean {
  const queued = Queued.safeParse(data);
  return queued.success && canTake(runner, { type: queued.data.type, runsOn: queued.data.runs_on });
}
