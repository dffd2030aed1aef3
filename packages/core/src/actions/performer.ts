import type { Action, ActionByType, ServiceActionType } from '../domain/action.ts';
import type { Attempt, Delivery, Timer } from '../domain/timer/state.ts';

/** All an attempt needs to know of what it is part of. */
export interface AttemptContext {
  timer: Timer;
  delivery: Delivery;
  /** 1 for the first attempt. */
  attempt: number;
  /** Values of the secrets that the action names, by name. They are hidden in what is recorded of the attempt. */
  secrets: ReadonlyMap<string, string>;
}

/**
 * How an attempt went. `retryAfterMs`: what the receiver asked for. `isOwnFault`: it failed before the receiver had any
 * part in it, so that it says nothing of the receiver.
 */
export interface AttemptReport extends Omit<Attempt, 'number'> {
  retryAfterMs: number | null;
  isOwnFault?: true;
}

/**
 * Carries out one type of action. Never rejects for what the outside world does: a failure is a report.
 * May be asked to carry out the same attempt twice after a crash.
 */
export interface ActionPerformer<A extends Action = Action> {
  perform(action: A, context: AttemptContext): Promise<AttemptReport>;
  /** Why this engine cannot carry out such actions, which are then refused at creation. Absent where it can. */
  readonly unavailable?: string;
}

/** One performer for each type of action that the service carries out. */
export type ActionRegistry = { readonly [T in ServiceActionType]: ActionPerformer<ActionByType[T]> };
