import { describe, expect, it } from '@jest/globals';
import {
  ClaimedDomain,
  CreatedApiKey,
  Endpoint,
  JobList,
  Message,
  OPERATIONS,
  type OperationId,
  Runner,
  Schedule,
  Share,
  TEAM_KEY_SCOPES,
} from '@minoots/contract';
import { ApiClient, type Reply } from './client.ts';
import { peopleHelp, type TestUser } from './people.ts';
import type { Suite } from './suite.ts';

/** What a path names, of a team that has just made it, and a body that the operation takes. */
type Sample = () => Promise<{ params: Record<string, string>; body?: object; query?: string }>;

/** Things of one team, asked for by another: each is 404, and what every team has of its own is another one. */
export function keepingTeamsApart(suite: Suite): void {
  const { server } = suite;
  const { signIn, found, invite, join, putOnPlan } = peopleHelp(suite);
  let owner: ApiClient;
  let member: () => Promise<TestUser>;

  const timer = async (body?: object) => ({
    params: { id: (await owner.create()).id },
    ...(body === undefined ? {} : { body }),
  });
  const schedule = async (body?: object) => {
    // So rare that it is nothing to other tests, which move the clock.
    const request = { name: 'yearly', every: '52w', template: {} };
    const made = await owner.read(Schedule, 201, 'POST', '/v1/schedules', { body: request });
    return { params: { id: made.id }, ...(body === undefined ? {} : { body }) };
  };
  const delivery = async () => {
    const { id } = await owner.create({ duration: '1s', events: { on_expire: { message: 'hi' } } });
    await server().advance(1_000);
    return { params: { id: (await owner.timer(id)).deliveries[0]?.id ?? '' } };
  };
  const runner = async (id: string) => {
    const body = { name: id, accepts: ['command'], labels: [id] };
    await owner.read(Runner, 200, 'PUT', `/v1/runners/${id}`, { body });
    return { params: { id } };
  };
  const job = async (id: string, body: object) => {
    await runner(id);
    const action = { type: 'command', run: 'make', runs_on: [id] };
    await owner.create({ duration: '1s', events: { on_expire: { actions: [action] } } });
    await server().advance(1_000);
    const { data } = await owner.read(JobList, 200, 'POST', `/v1/runners/${id}/lease`, { body: {} });
    const [leased] = data;
    if (leased === undefined) throw new Error('the runner got no job');
    return { params: { id: leased.id }, body: { runner_id: id, attempt: leased.attempt, ...body } };
  };
  const message = async (path = '/v1/agents/scout/inbox') => {
    const { id } = await owner.read(Message, 201, 'POST', path, { body: { text: 'hi' } });
    return { id, agent_id: 'scout' };
  };
  const endpoint = async () => {
    const body = { url: 'https://hooks.example.com/x' };
    const { id } = await owner.read(Endpoint, 200, 'POST', '/v1/endpoints/pause', { body });
    return { params: { id } };
  };
  const budget = async () => {
    await owner.call('PUT', '/v1/agents/scout/budget', { body: { max_active_timers: 9 } });
    return { params: { agent_id: 'scout' } };
  };
  const fact = async () => {
    await owner.call('PUT', '/v1/context/fact', { body: { value: 1 } });
    return { params: { key: 'fact' } };
  };
  const secret = async () => {
    await owner.call('PUT', '/v1/secrets/TOKEN', { body: { value: 'correct horse' } });
    return { params: { name: 'TOKEN' } };
  };
  const key = async () => {
    const body = { name: 'ci', scopes: 'read-only' };
    const made = await owner.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
    return { params: { id: made.id } };
  };

  const domain = async () => {
    await putOnPlan(owner, 'enterprise');
    const body = { domain: 'tenancy.example' };
    await owner.read(ClaimedDomain, 201, 'POST', '/v1/team/domains', { body });
    return { params: { domain: body.domain } };
  };

  /** One of its kind for every operation whose path names something. */
  const HIDDEN: Partial<Record<OperationId, Sample>> = {
    getTimer: timer,
    updateTimer: () => timer({ name: 'x' }),
    deleteTimer: timer,
    cancelTimer: timer,
    cancelLineage: timer,
    pauseTimer: timer,
    resumeTimer: timer,
    extendTimer: () => timer({ by: '1m' }),
    rescheduleTimer: () => timer({ duration: '1h' }),
    touchTimer: timer,
    fireTimer: timer,
    getTimerLogs: timer,
    getTimerDeliveries: timer,
    getTimerGraph: timer,
    waitForTimer: async () => ({ ...(await timer()), query: '?timeout=1ms' }),
    shareTimer: () => timer({ team: 'team_nobody' }),
    listShares: timer,
    revokeShare: async () => {
      const { id } = await owner.create();
      const { slug } = await found((await signIn('guest')).api);
      await owner.read(Share, 201, 'POST', `/v1/timers/${id}/shares`, { body: { team: slug } });
      return { params: { id, team: slug } };
    },
    getSchedule: schedule,
    updateSchedule: () => schedule({ name: 'x' }),
    deleteSchedule: schedule,
    pauseSchedule: schedule,
    resumeSchedule: schedule,
    runSchedule: schedule,
    getNextOccurrences: schedule,
    getScheduleLogs: schedule,
    getDelivery: delivery,
    redeliver: delivery,
    getEndpoint: endpoint,
    pauseEndpoint: endpoint,
    resumeEndpoint: endpoint,
    deleteRunner: () => runner('run_deleted'),
    leaseJobs: async () => ({ ...(await runner('run_leasing')), body: { limit: 1 } }),
    heartbeatJob: () => job('run_beating', {}),
    completeJob: () => job('run_completing', { outcome: 'succeeded', duration_ms: 1 }),
    releaseJob: () => job('run_releasing', { reason: 'stops' }),
    acknowledgeMessage: async () => {
      const { id, agent_id } = await message();
      return { params: { message_id: id, agent_id } };
    },
    acknowledgeBroadcast: async () => ({ params: { message_id: (await message('/v1/inbox')).id } }),
    getMessage: async () => ({ params: { id: (await message()).id } }),
    getBudget: budget,
    deleteBudget: budget,
    getContext: fact,
    deleteContext: fact,
    deleteSecret: secret,
    changeMember: async () => ({ params: { user_id: (await member()).userId }, body: { role: 'viewer' } }),
    removeMember: async () => ({ params: { user_id: (await member()).userId } }),
    withdrawInvitation: async () => ({ params: { id: (await invite(owner, 'guest@example.com')).id } }),
    verifyDomain: domain,
    dropDomain: domain,
    rotateApiKey: key,
    revokeApiKey: key,
  };
  /** What a team has under names of its own choice: another team's is another one. And where to see it. */
  const OWN: Partial<Record<OperationId, { sample: Sample; list: string }>> = {
    setBudget: {
      sample: async () => ({ ...(await budget()), body: { max_fires_per_hour: 9 } }),
      list: '/v1/agents/budgets',
    },
    setContext: { sample: async () => ({ ...(await fact()), body: { value: 2 } }), list: '/v1/context' },
    setSecret: {
      sample: async () => ({ ...(await secret()), body: { value: 'battery staple' } }),
      list: '/v1/secrets',
    },
    readInbox: { sample: async () => ({ params: await message() }), list: '/v1/agents/scout/inbox' },
    sendMessage: {
      sample: async () => ({ params: await message(), body: { text: 'of another team' } }),
      list: '/v1/agents/scout/inbox',
    },
    registerRunner: {
      sample: async () => ({
        ...(await runner('run_shared')),
        body: { name: 'of another team', accepts: ['command'] },
      }),
      list: '/v1/runners',
    },
  };

  describe('what is of another team', () => {
    const ask = async (client: ApiClient, id: OperationId, sample: Awaited<ReturnType<Sample>>) => {
      const { method, path } = OPERATIONS[id];
      const url = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(sample.params[name] ?? ''));
      const { query = '', body } = sample;
      return client.call(method, url + query, body === undefined ? {} : { body });
    };
    async function teams(): Promise<{ stranger: ApiClient; strangersKey: ApiClient }> {
      const [ann, eve] = [await signIn('ann'), await signIn('eve')];
      const team = await found(ann.api);
      owner = ann.api.forTeam(team.slug);
      member = () => join(owner, team, 'member');
      const stranger = eve.api.forTeam((await found(eve.api)).slug);
      const body = { name: 'everything', scopes: TEAM_KEY_SCOPES };
      const made = await stranger.read(CreatedApiKey, 201, 'POST', '/v1/api-keys', { body });
      return { stranger, strangersKey: new ApiClient({ baseUrl: server().baseUrl, key: made.key }) };
    }
    const codeOf = ({ status, text }: Reply) => `${status} ${JSON.parse(text).code ?? ''}`;

    it('is looked for by every operation that names something', () => {
      // What operators do is for any team.
      const naming = Object.entries(OPERATIONS).filter(
        ([, { path, scope }]) => path.includes('{') && scope !== 'service:admin',
      );
      const written = [...Object.keys(HIDDEN), ...Object.keys(OWN)];
      expect(written.sort()).toEqual(naming.map(([id]) => id).sort());
    });

    it.each(Object.entries(HIDDEN) as [OperationId, Sample][])('is not there for %s', async (id, make) => {
      const { stranger, strangersKey } = await teams();
      const sample = await make();
      expect(codeOf(await ask(stranger, id, sample))).toBe('404 not_found');
      // No key may do what owners alone may.
      const isOfOwners = OPERATIONS[id].scope === 'teams:own';
      expect(codeOf(await ask(strangersKey, id, sample))).toBe(
        isOfOwners ? '403 forbidden' : '404 not_found',
      );
      // The team itself finds it, as it was.
      expect((await ask(owner, id, sample)).status).not.toBe(404);
    });

    it.each(Object.entries(OWN) as [OperationId, { sample: Sample; list: string }][])(
      'is another one for %s',
      async (id, { sample: make, list }) => {
        const { stranger } = await teams();
        const sample = await make();
        const before = await owner.call('GET', list);
        await server().advance(1);
        expect([200, 201]).toContain((await ask(stranger, id, sample)).status);
        expect((await owner.call('GET', list)).text).toBe(before.text);
        expect((await stranger.call('GET', list)).text).not.toBe(before.text);
      },
    );
  });
}
