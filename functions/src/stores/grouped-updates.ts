/** What to do with something that was just read, and what to answer. */
interface Decision<T, R> {
  save?: T;
  remove?: true;
  result: R;
}

/** A piece of work that waits for its turn. */
interface Waiting<T> {
  /** Decides on what the one before it has left, and gives what it leaves itself. */
  decide: (value: T | null) => T | null;
  settle: () => void;
  reject: (reason: unknown) => void;
}

/**
 * Lets updates of one thing that come while one is under way share the next: each still sees the result of the one before
 * it, and all become durable at once.
 */
export class GroupedUpdates<T> {
  readonly #waiting = new Map<string, Waiting<T>[]>();

  /**
   * @param decide may run several times; what it throws rejects its own promise alone
   * @param change reads, lets all decide, and makes what they leave durable
   */
  run<R>(
    key: string,
    decide: (value: T | null) => Decision<T, R>,
    change: (decideAll: (value: T | null) => T | null) => Promise<void>,
  ): Promise<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    let settle = () => {};
    const waiting: Waiting<T> = {
      decide: (value) => {
        try {
          const { save, remove, result } = decide(value);
          settle = () => resolve(result);
          return save ?? (remove === true ? null : value);
        } catch (reason) {
          settle = () => reject(reason);
          return value;
        }
      },
      settle: () => settle(),
      reject,
    };
    const queue = this.#waiting.get(key);
    if (queue !== undefined) queue.push(waiting);
    else {
      this.#waiting.set(key, [waiting]);
      void this.#work(key, change);
    }
    return promise;
  }

  async #work(
    key: string,
    change: (decideAll: (value: T | null) => T | null) => Promise<void>,
  ): Promise<void> {
    for (let group = this.#take(key); group.length > 0; group = this.#take(key)) {
      const all = group;
      try {
        await change((value) => all.reduce((current, { decide }) => decide(current), value));
        for (const { settle } of all) settle();
      } catch (reason) {
        for (const { reject } of all) reject(reason);
      }
    }
  }

  /** Those that wait; the key is free again once there are none. */
  #take(key: string): Waiting<T>[] {
    const group = this.#waiting.get(key) ?? [];
    if (group.length === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, []);
    return group;
  }
}
