import { afterAll, beforeAll, describe } from '@jest/globals';
import { withstandingAbuse } from './conformance/abuse.ts';
import { budgetedAgents } from './conformance/budgets.ts';
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
import type { ConformanceOptions, Suite } from './conformance/suite.ts';
import { workingInTeams } from './conformance/teams.ts';
import { keepingTeamsApart } from './conformance/tenancy.ts';

export type { ServerUnderTest } from './conformance/client.ts';
export type { ConformanceOptions } from './conformance/suite.ts';

const DEFAULTS: Required<ConformanceOptions> = {
  hasFrontEnd: false,
  hasOwner: false,
  chains: { long: 1_000, wide: 1_000 },
  quotaRuns: 1,
};

/** What is tested together, on a server of its own: what one leaves behind is in no other's way. */
const PARTS: readonly ((suite: Suite) => void)[] = [
  makingRequests,
  withstandingAbuse,
  creatingTimers,
  chainedTimers,
  listingTimers,
  changingTimers,
  touchingTimers,
  spawningTimers,
  deliveringTimers,
  budgetedAgents,
  deadLetters,
  servingRunners,
  handingOutJobs,
  pausingEndpoints,
  conditionalTimers,
  actingTimers,
  keepingSecrets,
  keepingKeys,
  signingInByLinks,
  keepingToPlans,
  // Before secrets are rotated: each process may have other ones in mind for a while then.
  failingNot,
  rotatingSigningSecrets,
  readingInboxes,
  escalatingMessages,
  followingEvents,
  foreseeing,
  runningSchedules,
  removingTimers,
  movingTimers,
  sharingTimers,
  movingSchedules,
  workingInTeams,
  signingInByOneProvider,
  givingData,
  erasing,
  keepingToPermissions,
  keepingTeamsApart,
  askingTheService,
];

/**
 * The black-box suite of the HTTP API: every engine that serves it passes this, seen from outside only.
 * @param start starts a server with a virtual clock and leave to call loopback targets, for each part of the suite anew;
 * better with an empty store, since tests go through what others have left behind
 */
export function apiConformance(
  name: string,
  start: () => Promise<ServerUnderTest>,
  options: ConformanceOptions = {},
): void {
  describe(`the API of ${name}`, () => {
    describe.each(PARTS.map((part) => [part.name, part] as const))('%s', (_, part) => {
      let server: ServerUnderTest;
      let api: ApiClient;
      beforeAll(async () => {
        server = await start();
        api = new ApiClient(server);
      });
      afterAll(() => server.close());
      part({ api: () => api, server: () => server, ...DEFAULTS, ...options });
    });
  });
}
