import { afterAll, beforeAll, describe } from '@jest/globals';
import { changingTimers } from './conformance/changing.ts';
import { ApiClient, type ServerUnderTest } from './conformance/client.ts';
import { creatingTimers } from './conformance/creating.ts';
import { deliveringTimers } from './conformance/delivering.ts';
import { followingEvents } from './conformance/following.ts';
import { listingTimers } from './conformance/listing.ts';
import { removingTimers } from './conformance/removing.ts';
import { makingRequests } from './conformance/requests.ts';
import { askingTheService } from './conformance/service.ts';

export type { ServerUnderTest } from './conformance/client.ts';

export interface ConformanceOptions {
  /** Whether something in front of the server refuses what is no sound HTTP, in words of its own. */
  hasFrontEnd?: boolean;
}

/**
 * The black-box suite of the HTTP API: every engine that serves it passes this, seen from outside only.
 * @param start starts a server with a virtual clock, an empty store, and leave to call loopback targets
 */
export function apiConformance(
  name: string,
  start: () => Promise<ServerUnderTest>,
  { hasFrontEnd = false }: ConformanceOptions = {},
): void {
  describe(`the API of ${name}`, () => {
    let server: ServerUnderTest;
    let api: ApiClient;
    beforeAll(async () => {
      server = await start();
      api = new ApiClient(server);
    });
    afterAll(() => server.close());

    const suite = { api: () => api, server: () => server, hasFrontEnd };
    makingRequests(suite);
    creatingTimers(suite);
    listingTimers(suite);
    changingTimers(suite);
    deliveringTimers(suite);
    followingEvents(suite);
    removingTimers(suite);
    askingTheService(suite);
  });
}
