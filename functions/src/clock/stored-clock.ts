import type { Clock } from '@minoots/core';
import type { DocumentReference, Firestore } from 'firebase-admin/firestore';
import * as z from 'zod';

const StoredTime = z.object({ now: z.int() });

/**
 * A clock for tests that stands still in Firestore, the same for all processes. `now` answers what this process saw last,
 * so it is refreshed at the start of every request and task.
 */
export class StoredClock implements Clock {
  readonly #document: DocumentReference;
  #now = Date.now();

  /** Call `refresh` before the first `now`. */
  constructor(firestore: Firestore) {
    this.#document = firestore.doc('clock/virtual');
  }

  now(): number {
    return this.#now;
  }

  /** Reads the time; the first process to do so starts the clock, at the system's present. Answers epoch ms. */
  async refresh(): Promise<number> {
    const stored = await this.#document.get();
    this.#now = stored.exists ? StoredTime.parse(stored.data()).now : await this.#start();
    return this.#now;
  }

  /** Sets the time for all processes, in epoch ms. */
  async set(instant: number): Promise<void> {
    await this.#document.set({ now: instant });
    this.#now = instant;
  }

  /** One of several processes starts the clock; the others take its time. */
  #start(): Promise<number> {
    return this.#document.firestore.runTransaction(async (transaction) => {
      const stored = await transaction.get(this.#document);
      if (stored.exists) return StoredTime.parse(stored.data()).now;
      transaction.set(this.#document, { now: this.#now });
      return this.#now;
    });
  }
}
