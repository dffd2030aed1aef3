import type { ApiClient, ServerUnderTest } from './client.ts';

/** What the tests of a suite share: made before they run, so it is asked for inside each test. */
export interface Suite {
  api(): ApiClient;
  server(): ServerUnderTest;
  hasFrontEnd: boolean;
}
