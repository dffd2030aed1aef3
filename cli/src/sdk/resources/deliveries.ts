import type { Delivery, ListDeliveriesQuery, Timer } from '@minoots/contract';
import type { AnswerOf, BodyOf } from '../wire.ts';
import type { Call } from './caller.ts';
import type { Page } from './timers.ts';

const MAX_PAGE = 200;
const BULK_TIMEOUT_MS = 120_000;

/** Which deliveries; all given filters must hold. Instants are RFC 3339 texts and are those of the latest attempt. */
export type DeliveryFilter = {
  [K in Exclude<keyof ListDeliveriesQuery, 'limit' | 'cursor'>]?: NonNullable<ListDeliveriesQuery[K]>;
};

/** Which dead letters to deliver again. */
export type DeadLetterFilter = Omit<DeliveryFilter, 'status'>;

/** What came of delivering many again. */
export type Redeliveries = Pick<AnswerOf<'redeliverMany'>, 'reopened' | 'not_reopened'>;

/** Operations on deliveries over all timers. Every method throws MinootsError. */
export class Deliveries {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** One page, newest timer first. */
  list(filter: DeliveryFilter & Page = {}): Promise<AnswerOf<'listDeliveries'>> {
    return this.#call('listDeliveries', { query: { ...filter } });
  }

  /** All of them, page by page as they are consumed. */
  async *all(filter: DeliveryFilter = {}): AsyncGenerator<Delivery, void> {
    let cursor: string | null | undefined;
    do {
      const page = await this.list({ ...filter, limit: MAX_PAGE, ...(cursor ? { cursor } : {}) });
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /** A delivery with its target, its attempts and its timer. */
  get(id: string): Promise<AnswerOf<'getDelivery'>> {
    return this.#call('getDelivery', { id });
  }

  /** Delivers again with a fresh attempt count; gives the timer that the delivery belongs to. */
  redeliver(id: string): Promise<Timer> {
    return this.#call('redeliver', { id });
  }

  /** Delivers again what has run out of attempts and matches, up to about `limit` (1,000 unless told) of it. */
  redeliverMany(request: BodyOf<'redeliverMany'> = {}): Promise<AnswerOf<'redeliverMany'>> {
    return this.#call('redeliverMany', { body: request, timeoutMs: BULK_TIMEOUT_MS });
  }

  /** Delivers again whatever has run out of attempts and matches, however much it is. */
  async redeliverAll(filter: DeadLetterFilter = {}): Promise<Redeliveries> {
    const all: Redeliveries = { reopened: 0, not_reopened: [] };
    let cursor: string | null | undefined;
    do {
      const part = await this.redeliverMany({ ...filter, ...(cursor ? { cursor } : {}) });
      all.reopened += part.reopened;
      all.not_reopened.push(...part.not_reopened);
      cursor = part.next_cursor;
    } while (cursor);
    return all;
  }
}
