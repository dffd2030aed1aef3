import type { TimerStore } from '../../ports/timer-store.ts';
import type { Deps } from '../deps.ts';

/** How long a count is remembered, in ms. */
export const REMEMBER_COUNT_MS = 10_000;
/** Teams whose counts are remembered at most. */
const REMEMBERED = 1_000;

export interface ActiveCountsOptions {
  timers: Pick<TimerStore, 'countActive'>;
  realTime: Pick<Deps['realTime'], 'now'>;
}

/**
 * How many active timers teams have whose plan does not limit them, so that nothing counts them as they come. All of them
 * are looked at for a count, which is remembered for a moment, so that whoever asks often costs no more.
 */
export class ActiveCounts {
  readonly #timers: ActiveCountsOptions['timers'];
  readonly #realTime: ActiveCountsOptions['realTime'];
  readonly #remembered = new Map<string, { count: Promise<number>; until: number }>();

  constructor({ timers, realTime }: ActiveCountsOptions) {
    this.#timers = timers;
    this.#realTime = realTime;
  }

  /** May be up to `REMEMBER_COUNT_MS` old. */
  of(teamId: string): Promise<number> {
    const now = this.#realTime.now();
    const known = this.#remembered.get(teamId);
    if (known !== undefined && known.until > now) return known.count;
    const count = this.#timers.countActive(teamId);
    this.#remember(teamId, { count, until: now + REMEMBER_COUNT_MS });
    return count;
  }

  #remember(teamId: string, entry: { count: Promise<number>; until: number }): void {
    this.#remembered.delete(teamId);
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size >= REMEMBERED && oldest.done !== true) this.#remembered.delete(oldest.value);
    this.#remembered.set(teamId, entry);
    entry.count.catch(() => {
      if (this.#remembered.get(teamId) === entry) this.#remembered.delete(teamId);
    });
  }
}
