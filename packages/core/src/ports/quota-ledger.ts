import type { Window } from '../domain/quota.ts';

/** Names a counter of a team, such as `agent:deploy-bot`. */
export interface CounterKey {
  teamId: string;
  counter: string;
}

/** The most that may count against a counter at a time. */
export interface Limit {
  counter: string;
  max: number;
  /**
   * Grows with every change of limits of the team. A store that serves several processes keeps to the latest that it has
   * seen, so that one that has not heard of a change yet does not undo it.
   */
  revision: number;
}

/** A limit that leaves no room, and what is used of it. */
export interface OverLimit {
  counter: string;
  used: number;
  max: number;
}

/** What a recount is for. */
export interface Reconciliation {
  /** When the counter is to be looked at next, in epoch ms. */
  checkAt: number;
  /** Keeps the counter though nothing counts against it, so that it is looked at again. */
  keepEmpty?: boolean;
  /** A limit that holds from now on; absent where that stays. */
  limit?: Limit;
}

/** What a recount found. */
export interface Recount {
  used: number;
  /** Whether the counter was wrong. */
  wasWrong: boolean;
}

/**
 * What is used of quotas: the counters of timers, which the TimerStore keeps with the timers themselves, and places in
 * windows of time. No limit is ever passed, however many ask at once.
 */
export interface QuotaLedger {
  /**
   * Takes one of the places that a counter has in a window. It cannot be given back: who takes one and does not get to use
   * it has wasted it.
   * @returns whether there was one left
   */
  take(place: CounterKey & { window: Window }, limit: Pick<Limit, 'max' | 'revision'>): Promise<boolean>;

  /** How many places of a window are taken. */
  usedIn(place: CounterKey & { window: Window }): Promise<number>;

  /** How many timers count against a counter now. */
  used(key: CounterKey): Promise<number>;

  /**
   * Counts the timers that count against a counter and puts it right, whatever changes meanwhile. One against which nothing
   * counts is forgotten unless it shall be kept.
   */
  reconcile(key: CounterKey, reconciliation: Reconciliation): Promise<Recount>;

  /** Counters whose time to be looked at has come by an instant (epoch ms), at most `limit` of them. */
  listToCheck(until: number, limit: number): Promise<CounterKey[]>;
}

/** A limit left no room for what a change would make count. Nothing was changed. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
  readonly overLimit: OverLimit;

  constructor(overLimit: OverLimit) {
    super(`${overLimit.used} of ${overLimit.max} places of ${overLimit.counter} are taken`);
    this.overLimit = overLimit;
  }
}
