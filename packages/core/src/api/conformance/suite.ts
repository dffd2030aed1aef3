import type { ChainSizes } from './chain-graphs.ts';
import type { ApiClient, ServerUnderTest } from './client.ts';

export interface ConformanceOptions {
  /**
   * Whether several processes serve behind something that refuses what is no sound HTTP or JSON, in words of its own. Each
   * process may remember for a while what another one has changed.
   */
  hasFrontEnd?: boolean;
  /** Whether the key is that of the owner of a server of their own, who signs in by links. */
  hasOwner?: boolean;
  /** How many timers in a row, and how many behind one: fewer for an engine whose stand-ins for tests are slow. */
  chains?: ChainSizes;
  /** How often requests race for the last place of a plan: once unless told. */
  quotaRuns?: number;
}

/** What the tests of a suite share: made before they run, so it is asked for inside each test. */
export interface Suite extends Required<ConformanceOptions> {
  api(): ApiClient;
  server(): ServerUnderTest;
}
