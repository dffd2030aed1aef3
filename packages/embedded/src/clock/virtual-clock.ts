import { type Clock, MinootsError } from '@minoots/core';
import type { AlarmLoop } from '../alarms/alarm-loop.ts';

/** Furthest instant a Date can show, in epoch ms. */
const MAX_INSTANT = 8.64e15;

/** A clock that stands still until it is told to move on. Starts at the system's present. */
export class VirtualClock implements Clock {
  #now: number;
  #advancing: Promise<unknown> = Promise.resolve();

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /**
   * Moves the time on by `byMs`, stopping at each instant at which an alarm is due until all that follows from it has
   * been done. Calls at the same time are carried out one after another. Resolves with the new time, in epoch ms.
   */
  advance(byMs: number, alarms: AlarmLoop): Promise<number> {
    const advanced = this.#advancing.then(() => this.#advance(byMs, alarms));
    this.#advancing = advanced.catch(() => undefined);
    return advanced;
  }

  async #advance(byMs: number, alarms: AlarmLoop): Promise<number> {
    const target = this.#now + byMs;
    if (target > MAX_INSTANT) throw new MinootsError('invalid_request', '/by leads beyond the year 275760');
    await alarms.runDue();
    for (;;) {
      const next = await alarms.nextDue(target);
      if (next === null) break;
      this.#now = Math.max(this.#now, next);
      await alarms.runDue();
    }
    this.#now = target;
    return target;
  }
}
