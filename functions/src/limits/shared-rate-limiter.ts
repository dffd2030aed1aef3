import { type Clock, type Logger, RATE_WINDOW_MS, type RateLimiter, type RateReading } from '@minoots/core';
import type { Draw, RatePool } from './rate-pool.ts';

/** Callers that are counted at most; one more, and those of earlier windows are forgotten, or all. */
const MOST_CALLERS = 50_000;
/** What an instance gives by itself, and what it draws from the pool at a time, of a limit. */
const SHARE = 0.1;

/** What this instance knows of a caller in one window. */
interface Count {
  /** When the window is over, epoch ms. */
  endsAt: number;
  taken: number;
  /** Requests that were drawn from the pool, by this instance and by others as far as it knows. */
  drawn: number;
  others: number;
  /** The limit of which the pool had nothing left; 0 where it may have. */
  emptyAt: number;
  drawing: Promise<void> | null;
}

/**
 * Counts requests over all instances without writing for each. A tenth of a limit an instance gives by itself; the other
 * nine are in a pool in the store, of which it draws a tenth at a time. So a caller has at most limit × (0.9 + 0.1 ×
 * instances) requests in a window: exactly the limit where one instance serves them. While the store does not answer an
 * instance gives what it would have drawn.
 */
export class SharedRateLimiter implements RateLimiter {
  readonly #pool: RatePool;
  readonly #clock: Clock;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #counts = new Map<string, Count>();

  /** @param clock real time */
  constructor({ pool, clock, logger }: { pool: RatePool; clock: Clock; logger: Pick<Logger, 'warn'> }) {
    this.#pool = pool;
    this.#clock = clock;
    this.#logger = logger;
  }

  async take(caller: string, limit: number, windowMs = RATE_WINDOW_MS): Promise<RateReading> {
    const count = this.#countOf(caller, windowMs);
    while (count.taken >= Math.min(limit, shareOf(limit) + count.drawn) && mayDraw(count, limit)) {
      // Requests that come at the same moment share one draw.
      count.drawing ??= this.#draw(caller, limit, count).finally(() => {
        count.drawing = null;
      });
      await count.drawing;
    }
    const allowed = count.taken < Math.min(limit, shareOf(limit) + count.drawn);
    if (allowed) count.taken++;
    const remaining = allowed ? Math.max(0, limit - count.others - count.taken) : 0;
    const resetMs = Math.max(0, count.endsAt - this.#clock.now());
    return { allowed, limit, remaining, resetMs };
  }

  async #draw(caller: string, limit: number, count: Count): Promise<void> {
    const share = shareOf(limit);
    const drawn = await this.#drawFrom({ caller, endsAt: count.endsAt, wanted: share, size: limit - share });
    count.drawn += drawn.granted;
    count.others = Math.max(0, drawn.drawn - count.drawn);
    count.emptyAt = drawn.granted === 0 ? limit : 0;
  }

  async #drawFrom(draw: Draw): Promise<{ granted: number; drawn: number }> {
    try {
      return await this.#pool.draw(draw);
    } catch (err) {
      this.#logger.warn({ err }, 'requests are counted by this instance alone for now');
      return { granted: draw.wanted, drawn: 0 };
    }
  }

  #countOf(caller: string, windowMs: number): Count {
    const now = this.#clock.now();
    const endsAt = (Math.floor(now / windowMs) + 1) * windowMs;
    const held = this.#counts.get(caller);
    if (held?.endsAt === endsAt) return held;
    if (this.#counts.size >= MOST_CALLERS) this.#forget(now);
    const count: Count = { endsAt, taken: 0, drawn: 0, others: 0, emptyAt: 0, drawing: null };
    this.#counts.set(caller, count);
    return count;
  }

  #forget(now: number): void {
    for (const [caller, { endsAt }] of this.#counts) if (endsAt <= now) this.#counts.delete(caller);
    if (this.#counts.size >= MOST_CALLERS) this.#counts.clear();
  }
}

/** Whether the pool may have something left. */
function mayDraw({ taken, emptyAt }: Count, limit: number): boolean {
  return taken < limit && emptyAt < limit && limit > shareOf(limit);
}

function shareOf(limit: number): number {
  return Math.max(1, Math.floor(limit * SHARE));
}
