import type { TimerKey } from './timer-store.ts';

/** A wish to be woken. `generation` tells whether it still counts when it goes off. */
export interface Alarm extends TimerKey {
  /** Epoch ms. */
  at: number;
  generation: number;
}

/**
 * Wakes timers. An alarm goes off at or after its instant, never before, at least once, and comes again after a crash
 * until the handler it was given to has finished. Arming the same alarm twice is harmless.
 */
export interface AlarmClock {
  /** Resolves once the alarm will go off even if this process stops. */
  arm(alarm: Alarm): Promise<void>;
  /** Says that an alarm is not needed any more; it may still go off. */
  disarm(alarm: Alarm): Promise<void>;
}

/** Does what is due for the timer of an alarm. Rejects when the alarm should come again. */
export type AlarmHandler = (alarm: Alarm) => Promise<void>;
