import type { Alarm, TimerKey } from '@minoots/core';
import TinyQueue from 'tinyqueue';
import { keyOf } from '../timer-key.ts';

/** Replaced alarms that may lie in the heap beside as many that count, before it is cleared of them. */
const MIN_REPLACED = 256;

/** Alarms in memory, earliest first, at most one per timer: a newer one takes the place of the one before. */
export class AlarmQueue {
  #heap = new TinyQueue<Alarm>([], earliestFirst);
  readonly #current = new Map<string, Alarm>();

  /** Number of timers that have an alarm here. */
  get size(): number {
    return this.#current.size;
  }

  /** Alarms in memory, with those that were replaced or removed and not cleared away yet. */
  get heapSize(): number {
    return this.#heap.length;
  }

  push(alarm: Alarm): void {
    const known = this.#current.get(keyOf(alarm));
    if (known !== undefined && known.generation > alarm.generation) return;
    if (known?.at === alarm.at && known.generation === alarm.generation) return;
    this.#current.set(keyOf(alarm), alarm);
    this.#heap.push(alarm);
    if (this.#heap.length > 2 * this.#current.size + MIN_REPLACED) this.#rebuild();
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

  /** Drops all but the `count` earliest alarms; answers the instant of the first that it dropped, if it did. */
  keepEarliest(count: number): number | undefined {
    const dropped = [...this.#current.values()].sort(earliestFirst).slice(count);
    for (const alarm of dropped) this.#current.delete(keyOf(alarm));
    this.#rebuild();
    return dropped[0]?.at;
  }

  #rebuild(): void {
    this.#heap = new TinyQueue([...this.#current.values()], earliestFirst);
  }

  #dropReplaced(): void {
    for (;;) {
      const top = this.#heap.peek();
      if (top === undefined || this.#current.get(keyOf(top)) === top) return;
      this.#heap.pop();
    }
  }
}

function earliestFirst(a: Alarm, b: Alarm): number {
  return a.at - b.at;
}
