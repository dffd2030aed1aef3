import type { Alarm, TimerKey } from '@minoots/core';
import TinyQueue from 'tinyqueue';

/** Alarms in memory, earliest first, at most one per timer: a newer one takes the place of the one before. */
export class AlarmQueue {
  readonly #heap = new TinyQueue<Alarm>([], (a, b) => a.at - b.at);
  readonly #current = new Map<string, Alarm>();

  /** Number of timers that have an alarm here. */
  get size(): number {
    return this.#current.size;
  }

  push(alarm: Alarm): void {
    const known = this.#current.get(keyOf(alarm));
    if (known !== undefined && known.generation > alarm.generation) return;
    if (known?.at === alarm.at && known.generation === alarm.generation) return;
    this.#current.set(keyOf(alarm), alarm);
    this.#heap.push(alarm);
  }

  remove(key: TimerKey, generation: number): void {
    const known = this.#current.get(keyOf(key));
    if (known?.generation === generation) this.#current.delete(keyOf(key));
  }

  /** The earliest alarm, left where it is. */
  peek(): Alarm | undefined {
    this.#dropReplaced();
    return this.#heap.peek();
  }

  pop(): Alarm | undefined {
    this.#dropReplaced();
    const alarm = this.#heap.pop();
    if (alarm !== undefined) this.#current.delete(keyOf(alarm));
    return alarm;
  }

  #dropReplaced(): void {
    for (;;) {
      const top = this.#heap.peek();
      if (top === undefined || this.#current.get(keyOf(top)) === top) return;
      this.#heap.pop();
    }
  }
}

/** One text for a timer's key. */
export function keyOf({ teamId, timerId }: TimerKey): string {
  return `${teamId}\n${timerId}`;
}
