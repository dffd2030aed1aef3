import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from '@minoots/contract';
import { BoardError, type JobBoard, type JobOutcome } from './board/job-board.ts';
import type { Persist } from './board/persistent-board.ts';
import type { CarryOut, Execution } from './carry-out.ts';
import { messageOf } from './failure.ts';
import type { Pace } from './pace.ts';
import type { RunnerEvent } from './runner-event.ts';
import type { Journal } from './state/journal.ts';

export interface HeldJobDeps {
  readonly board: JobBoard;
  readonly journal: Journal;
  readonly carryOut: CarryOut;
  readonly pace: Pace;
  readonly persist: Persist;
  report(event: RunnerEvent): void;
  /** Told of a fault of the board that ends the runner. */
  fatal(error: BoardError): void;
}

/** How long a command may take to end after it was told to, in ms. */
export const KILL_AFTER_MS = 5_000;
/** How long giving a job back may take; after that its lease runs out, or the next start gives it back. */
export const RELEASE_MS = 5_000;
export const RELEASE_REASON = 'the runner is stopping';

/** An attempt that this runner holds the lease of, from its begin to its report. */
export class HeldJob {
  readonly job: Job;
  /** Resolves when there is nothing more to do for it; never rejects. */
  readonly done: Promise<void>;
  readonly #deps: HeldJobDeps;
  readonly #over = new AbortController();
  #execution: Execution | null = null;
  #hasEnded = false;
  #fate: 'report' | 'lost' | 'give back' = 'report';
  #killAfterMs = Number.POSITIVE_INFINITY;

  constructor(job: Job, deps: HeldJobDeps) {
    this.job = job;
    this.#deps = deps;
    this.done = this.#work();
  }

  /** Ends it without a report: somebody else has it by now. */
  lose(): void {
    this.#fate = 'lost';
    this.#end(KILL_AFTER_MS);
  }

  /** Ends it, by SIGKILL after so many ms, and gives it back; one that has ended already is left to the next start. */
  giveBack(killAfterMs: number): void {
    if (this.#fate === 'report') this.#fate = 'give back';
    this.#end(killAfterMs);
  }

  #end(killAfterMs: number): void {
    this.#over.abort();
    if (killAfterMs >= this.#killAfterMs) return;
    this.#killAfterMs = killAfterMs;
    this.#execution?.stop(killAfterMs);
  }

  async #work(): Promise<void> {
    const { journal, carryOut, report } = this.#deps;
    await this.#noting(() => journal.begin(attemptOf(this.job)));
    report({ type: 'job.started', job: this.job });
    const execution = carryOut(this.job);
    this.#execution = execution;
    if (this.#over.signal.aborted) execution.stop(this.#killAfterMs);
    const beating = this.#beat(execution);
    const outcome = await execution.ended;
    this.#hasEnded = true;
    if (this.#fate === 'report') await this.#tell(outcome);
    else if (this.#fate === 'give back') await this.#release();
    if (this.#fate === 'lost') {
      report({ type: 'job.lost', job: this.job });
      await this.#forget();
    }
    this.#over.abort();
    await beating;
  }

  /** Renews the lease until the job is over; a report that is long in coming keeps it as well. */
  async #beat(execution: Execution): Promise<void> {
    const { board, pace, persist } = this.#deps;
    const { signal } = this.#over;
    let told = '';
    try {
      for (;;) {
        await delay(pace.heartbeatMs, undefined, { signal });
        const tail = execution.outputTail();
        const news = tail === told ? undefined : tail;
        await persist(() => board.heartbeat(attemptOf(this.job), news, signal), signal);
        told = tail;
      }
    } catch (error) {
      if (signal.aborted) return;
      const problem = BoardError.of(error);
      // Of one that has ended the answer to its report tells more.
      if (problem.fault === 'lost' && !this.#hasEnded) this.lose();
      if (problem.fault === 'unauthorized') this.#deps.fatal(problem);
    }
  }

  async #tell(outcome: JobOutcome): Promise<void> {
    const { board, journal, persist, report, fatal } = this.#deps;
    const { signal } = this.#over;
    const attempt = attemptOf(this.job);
    await this.#noting(() => journal.finish(attempt, outcome));
    report({ type: 'job.ended', job: this.job, outcome });
    try {
      await persist(() => board.complete(attempt, outcome, signal), signal);
      await this.#forget();
    } catch (error) {
      if (signal.aborted) return;
      const problem = BoardError.of(error);
      if (problem.fault === 'lost') this.#fate = 'lost';
      else if (problem.fault === 'unauthorized') fatal(problem);
      else {
        report({ type: 'job.unreportable', attempt, detail: problem.message });
        await this.#forget();
      }
    }
  }

  async #release(): Promise<void> {
    const { board, persist, report } = this.#deps;
    const signal = AbortSignal.timeout(RELEASE_MS);
    try {
      await persist(() => board.release(attemptOf(this.job), RELEASE_REASON, signal), signal);
      report({ type: 'job.released', job: this.job });
    } catch (error) {
      if (signal.aborted || BoardError.of(error).fault !== 'lost') return;
      this.#fate = 'lost';
    }
    await this.#forget();
  }

  #forget(): Promise<void> {
    return this.#noting(() => this.#deps.journal.forget(attemptOf(this.job)));
  }

  async #noting(note: () => Promise<void>): Promise<void> {
    await note().catch((error: unknown) =>
      this.#deps.report({
        type: 'journal.failed',
        detail: messageOf(error),
      }),
    );
  }
}

function attemptOf({ id, attempt }: Job) {
  return { id, attempt };
}
