import { hasJobFor, nextLapseFor } from '../../domain/timer/jobs.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { RunnerRecord } from '../../ports/runner-store.ts';
import type { Deps } from '../deps.ts';
import { type TakenJob, takeJobs } from '../jobs/take.ts';

/** Timers that are looked through at a time; each may be large. */
const PAGE = 20;

/** What looking through the jobs of the team came to. */
export interface Look {
  jobs: TakenJob[];
  /** When a job that the runner may take comes free unless its lease is renewed, epoch ms; null when none is known. */
  nextLapseAt: number | null;
}

/** Takes what there is, page by page until there is enough. */
export async function lookThrough(
  deps: Deps,
  teamId: string,
  runner: RunnerRecord,
  limit: number,
): Promise<Look> {
  const now = deps.clock.now();
  const jobs: TakenJob[] = [];
  let nextLapseAt: number | null = null;
  for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const range = { from: Number.MIN_SAFE_INTEGER, until: now, limit: PAGE, after };
    const page = await deps.timers.listJobs(teamId, range);
    for (const timer of page.timers) nextLapseAt = earlier(nextLapseAt, nextLapseFor(timer, runner, now));
    const fitting = page.timers.filter((timer) => hasJobFor(timer, runner, now));
    const isWhole = await takeFrom(deps, fitting, runner, limit, jobs);
    if (!isWhole || jobs.length === limit) break;
    after = page.next;
  }
  return { jobs, nextLapseAt };
}

/**
 * Adds what a runner gets of these timers to its jobs. One that finds the jobs of a timer gone has rivals: it goes on
 * somewhere else than they do. False where the store failed: a runner that has jobs by then is to hear of them.
 */
async function takeFrom(
  deps: Deps,
  timers: Timer[],
  runner: RunnerRecord,
  limit: number,
  jobs: TakenJob[],
): Promise<boolean> {
  let next = 0;
  while (timers.length > 0 && jobs.length < limit) {
    const [timer] = timers.splice(next, 1);
    if (timer === undefined) break;
    const key = { teamId: timer.teamId, timerId: timer.id };
    const taken = await takeJobs(deps, key, runner, limit - jobs.length).catch((err: unknown) => {
      if (jobs.length === 0) throw err;
      deps.logger.warn(
        { err, timerId: timer.id, runner: runner.id },
        'a runner gets fewer jobs than there are',
      );
      return null;
    });
    if (taken === null) return false;
    jobs.push(...taken);
    const share = (deps.random.jitter() + 1) / 2;
    next = taken.length > 0 ? 0 : Math.min(Math.floor(share * timers.length), Math.max(0, timers.length - 1));
  }
  return true;
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
