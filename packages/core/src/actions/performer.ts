import type { Action } from '../domain/action.ts';
import type { Attempt, Delivery, Timer } from '../domain/timer/state.ts';

/** All an attempt needs to know of what it is part of. */
export interface AttemptContext {
  timer: Timer;
  delivery: Delivery;
  /** 1 for the first attempt. */
  attempt: number;
}

/** How an attempt went. `retryAfterMs`: what the receiver asked for. */
export interface AttemptReport extends Omit<Attempt, 'number'> {
  retryAfterMs: number | null;
}

/**
 * Carries out one type of action. Never rejects for what the outside world does: a failure is a report.
 * May be asked to carry out the same attempt twice after a crash.
 */
export interface ActionPerformer<A extends Action = Action> {
  perform(action: A, context: AttemptContext): Promise<AttemptReport>;
}

/** One performer per action type. */
export type ActionRegistry = {
  readonly [T in Action['type']]: ActionPerformer<Extract<Action, { type: T }>>;
};
