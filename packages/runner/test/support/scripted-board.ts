import { once } from 'node:events';
import type { Job, RegisterRunnerRequest } from '@minoots/contract';
import {
  type Attempt,
  BoardError,
  type BoardFault,
  type JobBoard,
  type JobOutcome,
} from '../../src/board/job-board.ts';

type Verb = keyof JobBoard;

/** For tests: a job board in memory, which remembers what it was told and fails on demand. */
export class ScriptedBoard implements JobBoard {
  readonly registered: RegisterRunnerRequest[] = [];
  readonly beats: (Attempt & { tail: string | undefined })[] = [];
  readonly completed: (Attempt & { outcome: JobOutcome })[] = [];
  readonly released: (Attempt & { reason: string })[] = [];
  /** How many jobs each request asked for. */
  readonly limits: number[] = [];
  readonly #queue: Job[] = [];
  readonly #faults = new Map<Verb, BoardFault[]>();
  #wake = new EventTarget();

  /** Puts jobs on the board. */
  post(...jobs: Job[]): void {
    this.#queue.push(...jobs);
    this.#wake.dispatchEvent(new Event('news'));
  }

  /** Answers the next requests of this kind with these faults. */
  fail(verb: Verb, ...faults: BoardFault[]): void {
    this.#faults.set(verb, [...(this.#faults.get(verb) ?? []), ...faults]);
    this.#wake.dispatchEvent(new Event('news'));
  }

  /** How many faults of this kind are still to come. */
  faultsLeft(verb: Verb): number {
    return this.#faults.get(verb)?.length ?? 0;
  }

  async register(runner: RegisterRunnerRequest, signal: AbortSignal): Promise<void> {
    this.#answer('register', signal);
    this.registered.push(runner);
  }

  async lease(limit: number, waitMs: number, signal: AbortSignal): Promise<Job[]> {
    this.#answer('lease', signal);
    this.limits.push(limit);
    if (this.#queue.length === 0) {
      const waited = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
      await once(this.#wake, 'news', { signal: waited }).catch(() => {});
      this.#answer('lease', signal);
    }
    return this.#queue.splice(0, limit);
  }

  async heartbeat({ id, attempt }: Attempt, tail: string | undefined, signal: AbortSignal): Promise<void> {
    this.#answer('heartbeat', signal);
    this.beats.push({ id, attempt, tail });
  }

  async complete({ id, attempt }: Attempt, outcome: JobOutcome, signal: AbortSignal): Promise<void> {
    this.#answer('complete', signal);
    this.completed.push({ id, attempt, outcome });
  }

  async release({ id, attempt }: Attempt, reason: string, signal: AbortSignal): Promise<void> {
    this.#answer('release', signal);
    this.released.push({ id, attempt, reason });
  }

  #answer(verb: Verb, signal: AbortSignal): void {
    signal.throwIfAborted();
    const fault = this.#faults.get(verb)?.shift();
    if (fault !== undefined) throw new BoardError(fault, `${verb} is ${fault}`);
  }
}
