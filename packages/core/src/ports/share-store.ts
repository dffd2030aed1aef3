import type { Share } from '../domain/share/state.ts';
import type { TimerKey } from './timer-store.ts';

export interface SharePage {
  shares: Share[];
  /** Where the next page starts; null after the last. Meaningful to this store only. */
  next: string | null;
}

/** Which timers are shared with which teams. A change is durable once its promise has resolved. */
export interface ShareStore {
  /** Adds a share, or puts it in the place of the one of the same timer and guest. A timer has at most `MAX_SHARES`. */
  put(share: Share): Promise<'stored' | 'too-many'>;
  /** Removes a share, and gives it; null when there is none. */
  remove(timer: TimerKey, guestTeamId: string): Promise<Share | null>;
  /** The shares of one timer, by guest. */
  listOf(timer: TimerKey): Promise<Share[]>;
  /** Shares of timers of this id with a guest: one, but where several teams have chosen the same id. */
  find(guestTeamId: string, timerId: string): Promise<Share[]>;
  /**
   * Shares with a guest, those of the timer shared last first. A page may hold fewer than `limit` and still have a next one.
   * @param after `next` of the page before
   * @throws InvalidPosition when `after` is not such a position
   */
  listFor(guestTeamId: string, limit: number, after?: string): Promise<SharePage>;
}
