import type { TimerTemplate } from '@minoots/contract';
import type { AttemptContext } from './performer.ts';

/** The timer that was made, now or by an earlier attempt, or why there can be none. */
export type SpawnOutcome = { timerId: string } | { refused: string };

/**
 * Makes the timer that a delivery asks for, once however often it is asked. Rejects with `StorageUnavailable` when that is
 * worth another attempt.
 */
export type SpawnTimer = (template: TimerTemplate, context: AttemptContext) => Promise<SpawnOutcome>;
