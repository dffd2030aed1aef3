import { StorageUnavailable } from '@minoots/core';
import { onFirestore, STORAGE_DEADLINE_MS } from './on-firestore.ts';

/** What is still to be done, and whom to tell. */
interface Waiting<I, O> {
  item: I;
  size: number;
  since: number;
  resolve(outcome: O): void;
  reject(reason: unknown): void;
}

export interface GroupBounds<I> {
  /** Items of one group, and what their sizes may add up to. */
  most: number;
  mostSize: number;
  sizeOf(item: I): number;
}

/**
 * Does work on the same documents group by group: what comes in while a group is under way is the next one. Requests of one
 * process then share transactions instead of losing them to each other.
 */
export class Grouped<I, O> {
  readonly #work: (items: I[]) => Promise<O[]>;
  readonly #bounds: GroupBounds<I>;
  readonly #queues = new Map<string, Waiting<I, O>[]>();

  /** @param work done as one transaction; gives an outcome for each item */
  constructor(work: (items: I[]) => Promise<O[]>, bounds: GroupBounds<I>) {
    this.#work = work;
    this.#bounds = bounds;
  }

  /** Does work on each item, with others of the same key. @throws StorageUnavailable when their turn does not come in time */
  add(key: string, items: readonly I[]): Promise<O[]> {
    const queue = this.#queues.get(key);
    const mine: Waiting<I, O>[] = [];
    const outcomes = items.map(
      (item) =>
        new Promise<O>((resolve, reject) => {
          mine.push({ item, size: this.#bounds.sizeOf(item), since: performance.now(), resolve, reject });
        }),
    );
    if (queue === undefined) {
      this.#queues.set(key, mine);
      void this.#run(key, mine);
    } else queue.push(...mine);
    return Promise.all(outcomes);
  }

  async #run(key: string, queue: Waiting<I, O>[]): Promise<void> {
    while (queue.length > 0) await this.#runGroup(this.#nextGroup(queue));
    this.#queues.delete(key);
  }

  #nextGroup(queue: Waiting<I, O>[]): Waiting<I, O>[] {
    const { most, mostSize } = this.#bounds;
    let size = 0;
    const end = queue.findIndex((waiting, index) => {
      size += waiting.size;
      return index === most || (index > 0 && size > mostSize);
    });
    return queue.splice(0, end < 0 ? queue.length : end);
  }

  async #runGroup(group: readonly Waiting<I, O>[]): Promise<void> {
    const late = performance.now() - STORAGE_DEADLINE_MS;
    for (const { since, reject } of group)
      if (since < late) reject(new StorageUnavailable('Firestore has too much to do at present'));
    const timely = group.filter(({ since }) => since >= late);
    if (timely.length === 0) return;
    try {
      const outcomes = await onFirestore(() => this.#work(timely.map(({ item }) => item)));
      for (const [index, outcome] of outcomes.entries()) timely[index]?.resolve(outcome);
    } catch (error) {
      await this.#afterFailure(timely, error);
    }
  }

  /** An item that can never be stored must not take others with it. */
  async #afterFailure(group: readonly Waiting<I, O>[], error: unknown): Promise<void> {
    if (group.length === 1 || error instanceof StorageUnavailable) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const waiting of group) await this.#runGroup([waiting]);
  }
}
