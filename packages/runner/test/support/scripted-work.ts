import type { Job } from '@minoots/contract';
import type { JobOutcome } from '../../src/board/job-board.ts';
import type { CarryOut } from '../../src/carry-out.ts';

/** For tests: a job under way, which ends when the test says so or when it is stopped. */
export interface ScriptedWork {
  readonly job: Job;
  tail: string;
  /** What it was told to stop with, in turn. */
  readonly stops: number[];
  end(changes?: Partial<JobOutcome>): void;
}

export const SUCCESS: JobOutcome = {
  outcome: 'succeeded',
  durationMs: 12,
  exitCode: 0,
  error: null,
  outputTail: 'done\n',
};

/** For tests: carries nothing out; tells what it was given. @param obeys whether it ends when it is stopped */
export function scriptedWork({ obeys = true } = {}): { carryOut: CarryOut; begun: ScriptedWork[] } {
  const begun: ScriptedWork[] = [];
  const carryOut: CarryOut = (job) => {
    const { promise, resolve } = Promise.withResolvers<JobOutcome>();
    const end = (changes: Partial<JobOutcome> = {}) => resolve({ ...SUCCESS, ...changes });
    const work: ScriptedWork = { job, tail: '', stops: [], end };
    begun.push(work);
    return {
      ended: promise,
      outputTail: () => work.tail,
      stop(killAfterMs) {
        work.stops.push(killAfterMs);
        if (obeys) end({ outcome: 'failed', exitCode: null, error: 'it was ended by SIGTERM' });
      },
    };
  };
  return { carryOut, begun };
}
