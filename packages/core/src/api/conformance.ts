import { afterAll, beforeAll, describe } from '@jest/globals';
import { withstandingAbuse } from './conformance/abuse.ts';
import { budgetedAgents } from './conformance/budgets.ts';
import type { ChainSizes } from './conformance/chain-graphs.ts';
import { chainedTimers } from './conformance/chains.ts';
import { changingTimers } from './conformance/changing.ts';
import { ApiClient, type ServerUnderTest } from './conformance/client.ts';
import { conditionalTimers } from './conformance/conditions.ts';
import { creatingTimers } from './conformance/creating.ts';
import { deadLetters } from './conformance/dead-letters.ts';
import { deliveringTimers } from './conformance/delivering.ts';
import { pausingEndpoints } from './conformance/endpoints.ts';
import { erasing } from './conformance/erasing.ts';
import { escalatingMessages } from './conformance/escalating.ts';
import { actingTimers } from './conformance/events.ts';
import { failingNot } from './conformance/failure-modes.ts';
import { followingEvents } from './conformance/following.ts';
import { touchingTimers } from './conformance/heartbeat.ts';
import { readingInboxes } from './conformance/inbox.ts';
import { handingOutJobs } from './conformance/jobs.ts';
import { keepingKeys } from './conformance/keys.ts';
import { spawningTimers } from './conformance/lineage.ts';
import { listingTimers } from './conformance/listing.ts';
import { movingTimers } from './conformance/moving.ts';
import { movingSchedules } from './conformance/moving-schedules.ts';
import { keepingToPermissions } from './conformance/permissions.ts';
import { keepingToPlans } from './conformance/plans.ts';
import { foreseeing } from './conformance/preview.ts';
import { givingData } from './conformance/privacy.ts';
import { removingTimers } from './conformance/removing.ts';
import { makingRequests } from './conformance/requests.ts';
import { servingRunners } from './conformance/runners.ts';
import { runningSchedules } from './conformance/schedules.ts';
import { keepingSecrets } from './conformance/secrets.ts';
import { askingTheService } from './conformance/service.ts';
import { sharingTimers } from './conformance/sharing.ts';
import { signingInByLinks } from './conformance/signing-in.ts';
import { rotatingSigningSecrets } from './conformance/signing-secrets.ts';
import { signingInByOneProvider } from './conformance/sso.ts';
import { workingInTeams } from './conformance/teams.ts';
import { keepingTeamsApart } from './conformance/tenancy.ts';

export type { ServerUnderTest } from './conformance/client.ts';

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

/**
 * The black-box suite of the HTTP API: every engine that serves it passes this, seen from outside only.
 * @param start starts a server with a virtual clock, an empty store, and leave to call loopback targets
 */
export function apiConformance(
  name: string,
  start: () => Promise<ServerUnderTest>,
  {
    hasFrontEnd = false,
    hasOwner = false,
    chains = { long: 1_000, wide: 1_000 },
    quotaRuns = 1,
  }: ConformanceOptions = {},
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
    withstandingAbuse(suite);
    creatingTimers(suite);
    chainedTimers(suite, chains);
    listingTimers(suite);
    changingTimers(suite);
    touchingTimers(suite);
    spawningTimers(suite);
    deliveringTimers(suite);
    budgetedAgents(suite);
    deadLetters(suite);
    servingRunners(suite);
    handingOutJobs(suite);
    pausingEndpoints(suite);
    conditionalTimers(suite);
    actingTimers(suite);
    keepingSecrets(suite);
    keepingKeys(suite);
    signingInByLinks(suite, hasOwner);
    keepingToPlans(suite, quotaRuns);
    // Before secrets are rotated: each process may have other ones in mind for a while then.
    failingNot(suite);
    rotatingSigningSecrets(suite);
    readingInboxes(suite);
    escalatingMessages(suite);
    followingEvents(suite);
    foreseeing(suite);
    runningSchedules(suite);
    removingTimers(suite);
    movingTimers(suite);
    sharingTimers(suite);
    movingSchedules(suite);
    workingInTeams(suite);
    signingInByOneProvider(suite);
    givingData(suite);
    erasing(suite);
    keepingToPermissions(suite);
    keepingTeamsApart(suite);
    askingTheService(suite);
  });
}
