import { setTimeout as delay } from 'node:timers/promises';
import type { Job, JobType } from '@minoots/contract';
import { BoardError, type JobBoard } from './board/job-board.ts';
import { type Persist, persistence } from './board/persistent-board.ts';
import type { CarryOut } from './carry-out.ts';
import { HeldJob, type HeldJobDeps, KILL_AFTER_MS, RELEASE_MS, RELEASE_REASON } from './held-job.ts';
import { PACE, type Pace } from './pace.ts';
import type { RunnerEvent } from './runner-event.ts';
import { settleJournal } from './settle-journal.ts';
import type { Journal } from './state/journal.ts';

export interface RunnerOptions {
  readonly board: JobBoard;
  readonly journal: Journal;
  readonly carryOut: CarryOut;
  readonly name: string;
  readonly labels: readonly string[];
  readonly accepts: readonly JobType[];
  /** How many jobs it has under way at most, from 1. */
  readonly concurrency: number;
  report(event: RunnerEvent): void;
  readonly pace?: Pace;
}

/** A runner at work. */
export interface Runner {
  /** Resolves when it has been stopped; rejects with the BoardError that it cannot go on after. */
  readonly ended: Promise<void>;
  /**
   * Takes no more jobs; ends those that are still under way after `graceMs`, by SIGKILL after `killAfterMs` more, and gives
   * them back. Resolves with the end of the runner. Called again it can only shorten the wait.
   */
  stop(graceMs: number, killAfterMs?: number): Promise<void>;
}

/** Most jobs in one lease. */
const MAX_LEASE = 20;
/** Least time between two requests for jobs that gave none, in ms: the board may not wait as it is asked to. */
const IDLE_MS = 500;

/** Starts to take jobs from the board. */
export function startRunner(options: RunnerOptions): Runner {
  return new Loop(options);
}

class Loop implements Runner {
  readonly ended: Promise<void>;
  readonly #options: RunnerOptions;
  readonly #pace: Pace;
  readonly #persist: Persist;
  readonly #held = new Map<string, HeldJob>();
  /** Aborted when no more jobs are to be taken. */
  readonly #stopping = new AbortController();
  #failure: BoardError | null = null;
  #freed = Promise.withResolvers<void>();

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#pace = options.pace ?? PACE;
    this.#persist = persistence(this.#pace, options.report);
    this.ended = this.#run();
    // Whoever stops it hears of it there.
    this.ended.catch(() => {});
  }

  stop(graceMs: number, killAfterMs = KILL_AFTER_MS): Promise<void> {
    if (!this.#stopping.signal.aborted)
      this.#options.report({ type: 'runner.stopping', underWay: this.#held.size });
    this.#stopping.abort();
    const end = () => {
      for (const job of this.#held.values()) job.giveBack(killAfterMs);
    };
    if (graceMs === 0) end();
    else setTimeout(end, graceMs).unref();
    return this.ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      await this.#register();
      await settleJournal({ ...this.#options, persist: this.#persist }, signal);
      while (!signal.aborted) await this.#round();
    } catch (error) {
      if (!signal.aborted) this.#fail(BoardError.of(error));
    }
    await Promise.all([...this.#held.values()].map(({ done }) => done));
    if (this.#failure !== null) throw this.#failure;
  }

  async #register(): Promise<void> {
    const { board, name, labels, accepts, report } = this.#options;
    const { signal } = this.#stopping;
    const request = { name, labels: [...labels], accepts: [...accepts] };
    await this.#persist(() => board.register(request, signal), signal);
    report({ type: 'runner.ready', accepts });
  }

  async #round(): Promise<void> {
    const { board, concurrency } = this.#options;
    const { signal } = this.#stopping;
    const free = concurrency - this.#held.size;
    if (free <= 0) return this.#nextFree();
    const askedAt = performance.now();
    try {
      const limit = Math.min(free, MAX_LEASE);
      const jobs = await this.#persist(() => board.lease(limit, this.#pace.leaseWaitMs, signal), signal);
      for (const job of jobs) await (signal.aborted ? this.#decline(job) : this.#take(job));
      const waitMs = IDLE_MS - (performance.now() - askedAt);
      if (jobs.length === 0 && waitMs > 0) await delay(waitMs, undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      // Forgotten by hand, or the server has gone back to an earlier state of its data.
      if (BoardError.of(error).fault !== 'unknown_runner') throw error;
      await delay(IDLE_MS, undefined, { signal });
      return this.#register();
    }
  }

  async #nextFree(): Promise<void> {
    const { signal } = this.#stopping;
    const stop = () => this.#freed.resolve();
    signal.addEventListener('abort', stop, { once: true });
    await this.#freed.promise;
    signal.removeEventListener('abort', stop);
    this.#freed = Promise.withResolvers();
  }

  async #take(job: Job): Promise<void> {
    // The lease of an earlier attempt has run out here without a word.
    const earlier = this.#held.get(job.id);
    earlier?.lose();
    await earlier?.done;
    const held = new HeldJob(job, this.#jobDeps());
    this.#held.set(job.id, held);
    void held.done.then(() => {
      this.#held.delete(job.id);
      this.#freed.resolve();
    });
  }

  /** What came when no more was to be taken. */
  async #decline({ id, attempt }: Job): Promise<void> {
    const signal = AbortSignal.timeout(RELEASE_MS);
    const release = () => this.#options.board.release({ id, attempt }, RELEASE_REASON, signal);
    // Else the lease runs out.
    await this.#persist(release, signal).catch(() => {});
  }

  #jobDeps(): HeldJobDeps {
    const { board, journal, carryOut, report } = this.#options;
    return {
      board,
      journal,
      carryOut,
      report,
      pace: this.#pace,
      persist: this.#persist,
      fatal: (error) => this.#fail(error),
    };
  }

  /** Nothing can be told to the board any more: it will give the jobs to others, so they end here. */
  #fail(error: BoardError): void {
    this.#failure ??= error;
    this.stop(0).catch(() => {});
  }
}
