import type { JobType } from '@minoots/contract';
import type { RunnerAction } from './action.ts';

/** The runner that a server on one machine starts with itself: what it held when it stopped, nobody holds any more. */
export const BUILT_IN_RUNNER_ID = 'run_builtin';

/** What decides which jobs a runner may take. */
export interface RunnerSkills {
  labels: readonly string[];
  /** Types of action that it carries out. */
  accepts: readonly JobType[];
}

/** Whether a runner may take an action: it accepts the type and has all labels asked for. */
export function canTake(
  { labels, accepts }: RunnerSkills,
  { type, runsOn }: Pick<RunnerAction, 'type' | 'runsOn'>,
): boolean {
  return accepts.includes(type) && runsOn.every((label) => labels.includes(label));
}
