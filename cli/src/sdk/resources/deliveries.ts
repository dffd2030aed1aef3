import type { Delivery, DeliveryStatus, Timer } from '@minoots/contract';
import type { AnswerOf } from '../wire.ts';
import type { Call } from './caller.ts';
import type { Page } from './timers.ts';

const MAX_PAGE = 200;

/** Operations on deliveries over all timers. Every method throws MinootsError. */
export class Deliveries {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** One page, newest timer first. */
  list(filter: { status?: DeliveryStatus } & Page = {}): Promise<AnswerOf<'listDeliveries'>> {
    return this.#call('listDeliveries', { query: { ...filter } });
  }

  /** All of them, page by page as they are consumed. */
  async *all(filter: { status?: DeliveryStatus } = {}): AsyncGenerator<Delivery, void> {
    let cursor: string | null | undefined;
    do {
      const page = await this.list({ ...filter, limit: MAX_PAGE, ...(cursor ? { cursor } : {}) });
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /** Delivers again with a fresh attempt count; gives the timer that the delivery belongs to. */
  redeliver(id: string): Promise<Timer> {
    return this.#call('redeliver', { id });
  }
}
