import type { TimerStatus } from '@minoots/contract';
import type { Timer } from '../domain/timer/state.ts';
import type { EndpointKey } from './endpoint-store.ts';
import type { Limit, OverLimit } from './quota-ledger.ts';

/** Names one timer. Another team's timer of the same id is another timer. */
export interface TimerKey {
  teamId: string;
  timerId: string;
}

/** What to do with a timer that was just read, and what to answer. Neither `save` nor `remove` leaves it as it is. */
export interface Decision<R> {
  save?: Timer;
  /** Holds for counters that the saved timer counts against and did not before. */
  limits?: readonly Limit[];
  remove?: true;
  result: R;
}

/** Filters of a list; all given ones must hold. Instants in epoch ms. */
export interface TimerFilter {
  statuses?: readonly TimerStatus[];
  agentId?: string;
  name?: string;
  labels?: Readonly<Record<string, string>>;
  /** Only timers whose `fireAt` is before this. */
  fireBefore?: number;
  /** Only timers whose `fireAt` is at or after this. */
  fireAfter?: number;
  /** Only timers whose `settledAt` is before this. */
  settledBefore?: number;
  /** Only timers with a delivery that has run out of attempts. */
  hasExhausted?: true;
}

export interface TimerPage {
  timers: Timer[];
  /** Where the next page starts; null after the last. Meaningful to this store only. */
  next: string | null;
}

/** A timer that wants to be woken. */
export interface DueTimer extends TimerKey {
  at: number;
  generation: number;
}

/** Both ends count, in epoch ms; `after` is `next` of the page before. */
export interface DueRange {
  from: number;
  until: number;
  limit: number;
  after: string | null;
}

export interface DuePage {
  due: DueTimer[];
  /** Where the next page starts; null when nothing more is due by then. */
  next: string | null;
}

/** Both ends count, in epoch ms; `after` is `next` of the page before. */
export type JobRange = DueRange;

/** A part of those that follow from a timer; `after` is `next` of the page before. */
export interface FollowerRange {
  limit: number;
  after: string | null;
}

export interface DependentPage {
  timerIds: string[];
  /** Where the next page starts; null after the last. */
  next: string | null;
}

/** What came of an insert. A timer that no place was left for was not added; one whose id is taken takes none. */
export type InsertOutcome =
  | { inserted: true }
  | { inserted: false; existing: Timer }
  | { inserted: false; overLimit: OverLimit };

/**
 * Where timers live. Every promise of a change resolves only after the change is durable, and one whose change could
 * not be made durable rejects with `StorageUnavailable`; then nothing of that change is visible to later reads, unless
 * the store is a remote one and its answer got lost.
 */
export interface TimerStore {
  /**
   * Adds timers whose ids are free; tells for each one whether it was added or which timer holds the id. A timer that counts
   * against counters (see `placesOf`) takes a place of each with the same commit, in the order of the list, as long as
   * `limits` leave one. A counter without a limit counts all.
   */
  insert(timers: readonly Timer[], limits?: readonly Limit[]): Promise<InsertOutcome[]>;

  /**
   * Reads one timer, decides and saves, with nothing in between: of parallel updates each sees the result of the one
   * before. `decide` is pure and may run several times. What it throws rejects the promise and changes nothing. Places that
   * the timer takes and gives back by it (see `placesOf`) are taken and given back with the same commit.
   * @throws LimitReached when the decision's `limits` leave no room; nothing changed
   */
  update<R>(key: TimerKey, decide: (timer: Timer | null) => Decision<R>): Promise<R>;

  get(key: TimerKey): Promise<Timer | null>;

  /**
   * Timers of a team, newest first. A page may hold fewer than `limit` timers and still have a next one, because a
   * store may stop scanning for rare matches.
   * @param after `next` of the page before
   * @throws InvalidPosition when `after` is not such a position
   */
  list(teamId: string, filter: TimerFilter, limit: number, after?: string): Promise<TimerPage>;

  /** How many timers of a team have not ended, whatever they count against. */
  countActive(teamId: string): Promise<number>;

  /** Timers of any team whose alarm is due within a range, earliest first. */
  listDue(range: DueRange): Promise<DuePage>;

  /**
   * Timers of a team whose first job may be taken at an instant within a range (see `jobAt`), the earliest first, page by
   * page. One whose instant moves meanwhile may be left out, or come twice.
   * @throws InvalidPosition when `after` is not such a position
   */
  listJobs(teamId: string, range: JobRange): Promise<TimerPage>;

  /**
   * Timers that wait and have the given one among their parents, each once. One that stops waiting meanwhile may be left
   * out; the others are not.
   */
  listDependents(parent: TimerKey, range: FollowerRange): Promise<DependentPage>;

  /** Timers that have the given one among their parents, or were made by it, whatever has become of them. */
  listChildren(parent: TimerKey, range: FollowerRange): Promise<TimerPage>;

  /**
   * Timers with deliveries that wait for an endpoint to resume, each once. One that stops waiting meanwhile may be left
   * out; the others are not.
   */
  listPostponed(endpoint: EndpointKey, range: FollowerRange): Promise<DependentPage>;

  /** Removes settled timers of a team that match and have nothing left to do; answers how many. */
  removeSettled(teamId: string, filter: Pick<TimerFilter, 'statuses' | 'settledBefore'>): Promise<number>;
}

/** The store does not answer or takes no writes at present (disk full, read-only, unreachable). The caller may try again. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
}

/** A list position that this store did not give out. */
export class InvalidPosition extends Error {
  override readonly name = 'InvalidPosition';
}
