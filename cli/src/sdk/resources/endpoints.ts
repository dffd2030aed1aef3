import type { Endpoint, EndpointStatus } from '@minoots/contract';
import type { AnswerOf } from '../wire.ts';
import type { Call } from './caller.ts';
import type { Page } from './timers.ts';

const MAX_PAGE = 200;

/** Operations on endpoints that keep failing or are paused. Every method throws MinootsError. */
export class Endpoints {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** One page. */
  list(filter: { status?: EndpointStatus } & Page = {}): Promise<AnswerOf<'listEndpoints'>> {
    return this.#call('listEndpoints', { query: { ...filter } });
  }

  /** All of them, page by page as they are consumed. */
  async *all(filter: { status?: EndpointStatus } = {}): AsyncGenerator<Endpoint, void> {
    let cursor: string | null | undefined;
    do {
      const page = await this.list({ ...filter, limit: MAX_PAGE, ...(cursor ? { cursor } : {}) });
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor);
  }

  get(id: string): Promise<Endpoint> {
    return this.#call('getEndpoint', { id });
  }

  /** Makes no attempts at an endpoint until it is resumed. @param reason shown with it, up to 200 characters */
  pause(id: string, reason?: string): Promise<Endpoint> {
    return this.#call('pauseEndpoint', { id, body: reason === undefined ? {} : { reason } });
  }

  /** The same by its URL, whether or not it has failed. Query and fragment do not count. */
  pauseUrl(url: string, reason?: string): Promise<Endpoint> {
    return this.#call('pauseUrl', { body: { url, ...(reason === undefined ? {} : { reason }) } });
  }

  /** Makes attempts again, and sends what was postponed. */
  resume(id: string): Promise<Endpoint> {
    return this.#call('resumeEndpoint', { id });
  }
}
