import { contention } from './faults.ts';

/** Whoever holds locks: a transaction, or a single commit. */
export type LockOwner = object;

interface Waiter {
  owner: LockOwner;
  grant(): void;
  refuse(): void;
}

interface Lock {
  holder: LockOwner;
  queue: Waiter[];
}

/**
 * Exclusive locks on document names, handed over first come, first served. A wait that would close a circle, or lasts
 * longer than `waitMs`, fails with ABORTED.
 */
export class DocumentLocks {
  readonly #locks = new Map<string, Lock>();
  readonly #waits = new Map<LockOwner, Set<Lock>>();
  readonly #waitMs: number;

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** Takes the locks of all these documents, in the order of their names. Throws ABORTED. */
  async acquire(owner: LockOwner, names: Iterable<string>): Promise<void> {
    for (const name of [...new Set(names)].sort()) await this.#acquireOne(owner, name);
  }

  /** Gives up every lock and every wait of this owner. */
  release(owner: LockOwner): void {
    for (const [name, lock] of this.#locks) {
      for (const waiter of lock.queue.filter((each) => each.owner === owner)) waiter.refuse();
      if (lock.holder === owner) this.#handOver(name, lock);
    }
  }

  async #acquireOne(owner: LockOwner, name: string): Promise<void> {
    const lock = this.#locks.get(name);
    if (!lock) {
      this.#locks.set(name, { holder: owner, queue: [] });
    } else if (lock.holder !== owner) {
      if (this.#wouldDeadlock(owner, lock)) throw contention();
      await this.#wait(owner, lock);
    }
  }

  async #wait(owner: LockOwner, lock: Lock): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = () => {
      lock.queue = lock.queue.filter((each) => each !== waiter);
      reject(contention());
    };
    const waiter: Waiter = { owner, grant: resolve, refuse };
    const overdue = setTimeout(waiter.refuse, this.#waitMs);
    const waits = this.#waits.get(owner) ?? new Set();
    this.#waits.set(owner, waits.add(lock));
    lock.queue.push(waiter);
    try {
      await promise;
    } finally {
      clearTimeout(overdue);
      waits.delete(lock);
      if (waits.size === 0) this.#waits.delete(owner);
    }
  }

  #handOver(name: string, lock: Lock): void {
    const next = lock.queue[0];
    if (!next) {
      this.#locks.delete(name);
      return;
    }
    lock.holder = next.owner;
    const granted = lock.queue.filter(({ owner }) => owner === next.owner);
    lock.queue = lock.queue.filter(({ owner }) => owner !== next.owner);
    for (const waiter of granted) waiter.grant();
  }

  #wouldDeadlock(owner: LockOwner, wanted: Lock): boolean {
    const seen = new Set<LockOwner>();
    const open = ownersBefore(wanted, owner);
    for (let blocker = open.pop(); blocker; blocker = open.pop()) {
      if (blocker === owner) return true;
      if (seen.has(blocker)) continue;
      seen.add(blocker);
      for (const lock of this.#waits.get(blocker) ?? []) open.push(...ownersBefore(lock, blocker));
    }
    return false;
  }
}

function ownersBefore(lock: Lock, owner: LockOwner): LockOwner[] {
  const own = lock.queue.findIndex((each) => each.owner === owner);
  const ahead = own === -1 ? lock.queue : lock.queue.slice(0, own);
  return [lock.holder, ...ahead.map((waiter) => waiter.owner)];
}
