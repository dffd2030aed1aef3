import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ApiKey,
  ApiKeyList,
  BatchResult,
  ClaimedDomain,
  CreatedApiKey,
  CreatedInvitation,
  DeliveryPage,
  Endpoint,
  InvitationList,
  type Job,
  JobList,
  JobType,
  Me,
  MemberList,
  Message,
  OPERATIONS,
  type Operation,
  Runner,
  Schedule,
  SchedulePage,
  Share,
  SingleSignOn,
  Team,
} from '@minoots/contract';
import * as fc from 'fast-check';
import { OWNER_KEY_ID } from '../domain/api-key/state.ts';
import { ApiClient, type Reply, readBody, readProblem, type ServerUnderTest } from './conformance/client.ts';
import { type Described, readDocument } from './fuzz/document.ts';
import { CLOSED_TARGETS } from './fuzz/hostile.ts';
import { type FuzzRequest, type KnownIds, requestsOf } from './fuzz/requests.ts';
import { RUNNER_ID } from './openapi-examples.ts';

export interface FuzzOptions {
  /** The same seed makes the same requests. */
  seed?: number;
  requestsPerOperation?: number;
}

/** A fixed one, so that a run in CI can be repeated. */
const DEFAULT_SEED = 20_300_131;
const DEFAULT_REQUESTS = 400;
/** Most time for one operation, in ms. */
const TIME_PER_OPERATION_MS = 400;
const KNOWN_TIMERS = 10;
const KNOWN_MEMBERS = 5;
const KNOWN_DOMAINS = 5;
const KNOWN_AGENTS = ['fuzz', 'fuzz/1 é'];
const KNOWN_KEYS = ['fuzz-0', 'fuzz.1', 'fuzz/2'];
/** Requests that are held open on purpose are given up after this, in ms. */
const HELD_MS = 100;
const MAY_BE_HELD = /\/(?:wait|lease)|[?&]wait=/;
/** What is refused whatever the request, and with which status. */
const NEVER_ACCEPTED: Readonly<Record<string, number>> = {
  // A server under test has no payment service.
  createCheckout: 422,
  createPortal: 422,
  receivePayment: 422,
  // Each request would have to know another token, or code.
  acceptInvitation: 422,
  createSession: 422,
  // Whoever asks is the owner of the server, and the team theirs.
  deleteMe: 409,
  deleteTeam: 409,
  deleteAnyTeam: 409,
  // Whoever asks is the only owner.
  leaveTeam: 409,
  transferTeam: 404,
  // Bodies name teams by chance, and none has such a name.
  shareTimer: 422,
};
const FIELD_CODES = new Set(['invalid_request', 'malformed_json', 'invalid_cursor']);

/**
 * Sends every operation of the served `/openapi.json` what its schema admits, near misses, and junk. No answer may be
 * a 5xx; each must have a status that the document names, every success the contract's shape, every refusal a problem
 * document, and every 400 the place of the fault.
 * @param start starts a server with a virtual clock, an empty store, and leave to call loopback targets
 */
export function apiFuzz(
  name: string,
  start: () => Promise<ServerUnderTest>,
  options: FuzzOptions = {},
): void {
  const { seed = DEFAULT_SEED, requestsPerOperation = DEFAULT_REQUESTS } = options;
  describe(`the API of ${name}, fuzzed with seed ${seed}`, () => {
    let server: ServerUnderTest;
    let api: ApiClient;
    let described: Map<string, Described>;
    beforeAll(async () => {
      server = await start();
      api = new ApiClient(server);
      described = readDocument(JSON.parse((await api.call('GET', '/openapi.json')).text));
    });
    afterAll(() => server.close());

    const neverFails = async (id: string, operation: Operation) => {
      const description = described.get(id);
      if (description === undefined) throw new Error(`/openapi.json lacks ${id}`);
      const ids = await prepare(api, server, id);
      const statuses = new Set<number>();
      const property = fc.asyncProperty(requestsOf(description, ids), async (request) => {
        const reply = await send(api, request, operation);
        if (reply === null) return;
        statuses.add(reply.status);
        judge(reply, operation, description);
      });
      const fuzz = (limits: { interruptAfterTimeLimit?: number }) =>
        fc.assert(property, { seed, numRuns: requestsPerOperation, ...limits, verbose: false });
      await fuzz({ interruptAfterTimeLimit: TIME_PER_OPERATION_MS });
      // One that does much at a time, or on a slow machine, may have been interrupted before any request was accepted.
      const expectedStatus = NEVER_ACCEPTED[id] ?? operation.status;
      if (!statuses.has(expectedStatus)) await fuzz({});
      await removeSchedules(api);
      await revokeKeys(api);
      await dropDomains(api);
      // Were nothing ever accepted, the requests would only test the door.
      expect(statuses).toContain(expectedStatus);
    };
    it.each(Object.entries<Operation>(OPERATIONS))('%s never fails', neverFails);

    it('has left the server well', async () => {
      expect((await api.call('GET', '/readyz')).status).toBe(200);
      const { id } = await api.create();
      expect((await api.timer(id)).status).toBe('running');
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    });
  });
}

/** Makes timers that are pending, timers whose delivery failed, facts, schedules, messages, budgets, keys, endpoints, and jobs of a runner, for one operation. */
async function prepare(api: ApiClient, server: ServerUnderTest, operationId: string): Promise<KnownIds> {
  // An operation before may have put the team on a plan that gives it less.
  const { team } = await api.get(Me, '/v1/me');
  await api.call('PUT', `/v1/admin/teams/${team?.id}/plan`, { body: { plan: 'enterprise' } });
  const pending = Array.from({ length: KNOWN_TIMERS }, (_, n) => ({
    id: `${operationId}-${n}`,
    name: 'fuzz',
    duration: '400w',
  }));
  const failed = pending.map(({ id }) => ({
    id: `${id}-failed`,
    name: 'fuzz',
    duration: 1,
    retry: { max_attempts: 1 },
    events: { on_expire: { webhook: CLOSED_TARGETS[0] } },
  }));
  const timers = [...pending, ...failed];
  const { refused } = await api.read(BatchResult, 200, 'POST', '/v1/timers/batch', { body: { timers } });
  expect(refused).toBe(0);
  const schedules = pending.map(({ id, name, duration }) => ({ id, name, every: duration, template: {} }));
  for (const body of schedules) await api.read(Schedule, 201, 'POST', '/v1/schedules', { body });
  await server.advance(1);
  for (const key of KNOWN_KEYS)
    await api.call('PUT', `/v1/context/${encodeURIComponent(key)}`, { body: { value: key } });
  for (const agentId of KNOWN_AGENTS) {
    const body = { max_active_timers: 100_000 };
    await api.call('PUT', `/v1/agents/${encodeURIComponent(agentId)}/budget`, { body });
  }
  const keys: string[] = [];
  for (const { name } of pending) {
    const body = { name, scopes: 'read-only' };
    keys.push((await api.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body })).id);
  }
  const messages: string[] = [];
  for (const text of ['one', 'two', 'three'])
    messages.push((await api.read(Message, 201, 'POST', '/v1/inbox', { body: { text } })).id);
  const deliveries = await api.get(DeliveryPage, '/v1/deliveries?status=exhausted');
  const jobs = await takeJobs(api, server, operationId);
  const isOfMembers = operationId === 'changeMember' || operationId === 'removeMember';
  return {
    UserId: isOfMembers ? await admitMembers(api, server, operationId) : [],
    MailDomain: await claimDomains(api, server, operationId),
    InvitationId: operationId === 'withdrawInvitation' ? await inviteGuests(api) : [],
    TimerId: timers.map(({ id }) => id),
    DeliveryId: [...deliveries.data, ...jobs].map(({ id }) => id),
    RunnerId: [RUNNER_ID],
    ContextKey: KNOWN_KEYS,
    AgentId: KNOWN_AGENTS,
    MessageId: messages,
    ScheduleId: schedules.map(({ id }) => id),
    ApiKeyId: keys,
    EndpointId: await pauseEndpoints(api, operationId),
    TeamRef: operationId === 'revokeShare' ? [await shareAll(api, pending)] : [team?.id ?? ''],
  };
}

/** A team that the timers are shared with. */
async function shareAll(api: ApiClient, timers: readonly { id: string }[]): Promise<string> {
  const { slug } = await api.read(Team, 201, 'POST', '/v1/teams', { body: { name: 'Guests' } });
  for (const { id } of timers)
    await api.read(Share, 201, 'POST', `/v1/timers/${id}/shares`, { body: { team: slug } });
  return slug;
}

/** Endpoints that no timer calls. */
async function pauseEndpoints(api: ApiClient, operationId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < KNOWN_TIMERS; n++) {
    const body = { url: `https://paused.example/${operationId}/${n}` };
    ids.push((await api.read(Endpoint, 200, 'POST', '/v1/endpoints/pause', { body })).id);
  }
  return ids;
}

/** Jobs in the hands of the runner that the examples name. */
async function takeJobs(api: ApiClient, server: ServerUnderTest, operationId: string): Promise<Job[]> {
  const body = { name: 'fuzz', accepts: JobType.options };
  await api.read(Runner, 200, 'PUT', `/v1/runners/${RUNNER_ID}`, { body });
  for (let n = 0; n < KNOWN_TIMERS; n++) {
    const id = `${operationId}-job-${n}`;
    await api.create({ id, duration: 1, events: { on_expire: { command: 'make' } } });
  }
  await server.advance(1);
  const path = `/v1/runners/${RUNNER_ID}/lease`;
  return (await api.read(JobList, 200, 'POST', path, { body: { limit: KNOWN_TIMERS } })).data;
}

/** Members besides the owner. */
async function admitMembers(api: ApiClient, server: ServerUnderTest, name: string): Promise<string[]> {
  for (let n = 0; n < KNOWN_MEMBERS; n++) {
    const email = `${name.toLowerCase()}-${n}@example.com`;
    const key = await server.signIn({ email, emailVerified: true });
    const { token } = await api.read(CreatedInvitation, 201, 'POST', '/v1/team/invitations', {
      body: { email },
    });
    const member = new ApiClient({ baseUrl: server.baseUrl, key });
    await member.read(Team, 200, 'POST', '/v1/invitations/accept', { body: { token } });
  }
  const { data } = await api.get(MemberList, '/v1/team/members');
  return data.flatMap(({ user_id, role }) => (role === 'owner' ? [] : [user_id]));
}

/** Domains that are the team's, and one that is not shown to be. */
async function claimDomains(api: ApiClient, server: ServerUnderTest, name: string): Promise<string[]> {
  if (!/Sso|Domain/.test(name)) return [];
  const domains = Array.from({ length: KNOWN_DOMAINS }, (_, n) => `${name.toLowerCase()}-${n}.example`);
  for (const domain of domains) {
    const body = { domain };
    const { txt_name, txt_value } = await api.read(ClaimedDomain, 201, 'POST', '/v1/team/domains', { body });
    if (domain !== domains[0]) server.publish(txt_name, [txt_value]);
    if (name === 'setSso' && domain !== domains[0])
      await api.read(ClaimedDomain, 200, 'POST', `/v1/team/domains/${domain}/verify`);
  }
  return domains;
}

/** There is room for so many only. */
async function dropDomains(api: ApiClient): Promise<void> {
  const { domains } = await api.read(SingleSignOn, 200, 'DELETE', '/v1/team/sso');
  for (const { domain } of domains)
    await api.read(ClaimedDomain, 200, 'DELETE', `/v1/team/domains/${domain}`);
}

/** Invitations that hold. */
async function inviteGuests(api: ApiClient): Promise<string[]> {
  for (let n = 0; n < KNOWN_MEMBERS; n++)
    await api.call('POST', '/v1/team/invitations', { body: { email: `guest-${n}@example.com` } });
  return (await api.get(InvitationList, '/v1/team/invitations')).data.map(({ id }) => id);
}

/** Schedules that fire each second would fire millions of times when the clock is moved. */
async function removeSchedules(api: ApiClient): Promise<void> {
  for (;;) {
    const { data } = await api.get(SchedulePage, '/v1/schedules?limit=200');
    if (data.length === 0) return;
    for (const { id } of data) await api.read(Schedule, 200, 'DELETE', `/v1/schedules/${id}`);
  }
}

/** There is room for so many only. The one that asks here is the owner's, and stays. */
async function revokeKeys(api: ApiClient): Promise<void> {
  const { data } = await api.get(ApiKeyList, '/v1/api-keys');
  const working = data.filter(({ id, status }) => id !== OWNER_KEY_ID && status === 'active');
  for (const { id } of working) await api.read(ApiKey, 200, 'DELETE', `/v1/api-keys/${id}`);
}

/** Null for a request that the server holds open, as it should. */
async function send(
  api: ApiClient,
  { path, ...init }: FuzzRequest,
  { stream }: Operation,
): Promise<Reply | null> {
  const isHeld = MAY_BE_HELD.test(path);
  const signal = AbortSignal.timeout(isHeld ? HELD_MS : 10_000);
  try {
    const response = await api.open(path, { ...init, body: init.body ?? null, signal });
    const { status, headers } = response;
    const isStream = stream === 'sse' && status === 200;
    if (isStream) await response.body?.cancel();
    return { status, headers, text: isStream ? '' : await response.text() };
  } catch (error) {
    if (isHeld && signal.aborted) return null;
    throw error;
  }
}

function judge(reply: Reply, operation: Operation, { statuses }: Described): void {
  if (reply.status >= 500) throw new Error(`${reply.status}: ${reply.text}`);
  expect([...statuses]).toContain(reply.status);
  if (reply.status < 400) {
    if (operation.stream === undefined) readBody(reply, reply.status, operation.output);
    return;
  }
  const { code, errors = [] } = readProblem(reply, reply.status);
  if (FIELD_CODES.has(code)) expect(errors.length).toBeGreaterThan(0);
}
