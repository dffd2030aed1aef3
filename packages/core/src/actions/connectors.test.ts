import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ActionRequest } from '@minoots/contract';
import * as z from 'zod';
import { type ActionByType, isForRunner, type ServiceActionType } from '../domain/action.ts';
import { parseActions } from '../domain/action-parse.ts';
import type { NewTimer } from '../domain/timer/create.ts';
import type { PerformerDeps } from './action-kind.ts';
import type { ActionRegistry, AttemptContext, AttemptReport } from './performer.ts';
import { ACTION_KINDS, createActionRegistry } from './registry.ts';
import { createGuardedAgents, type GuardedAgents } from './target-guard.ts';
import { attemptContext, FIRE_AT } from './test-context.ts';
import { type Answer, startReceiver, type TestReceiver } from './test-receiver.ts';

/** What Slack documents of incoming webhooks. */
const SlackPayload = z
  .strictObject({
    channel: z.string().optional(),
    text: z.string().min(1).max(40_000).optional(),
    blocks: z
      .array(z.looseObject({ type: z.string() }))
      .max(50)
      .optional(),
  })
  .refine(({ text, blocks }) => text !== undefined || blocks !== undefined);
/** What Discord documents of executing a webhook. */
const DiscordPayload = z
  .strictObject({
    content: z.string().min(1).max(2_000).optional(),
    embeds: z.array(z.looseObject({})).max(10).optional(),
    allowed_mentions: z.strictObject({ parse: z.array(z.enum(['roles', 'users', 'everyone'])) }),
  })
  .refine(({ content, embeds }) => content !== undefined || embeds !== undefined);
/** What PagerDuty documents of events that trigger. */
const PagerdutyPayload = z.strictObject({
  routing_key: z.string().length(32),
  event_action: z.literal('trigger'),
  dedup_key: z.string().min(1).max(255),
  client: z.string(),
  payload: z.strictObject({
    summary: z.string().min(1).max(1_024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime(),
    custom_details: z.looseObject({}),
  }),
});

let answer: Answer;
let receiver: TestReceiver;
let agents: GuardedAgents;

beforeEach(async () => {
  answer = (response) => response.writeHead(200).end('ok');
  receiver = await startReceiver((response, received) => answer(response, received));
  agents = createGuardedAgents({ allowPrivate: true });
});

afterEach(async () => {
  agents.destroy();
  await receiver.close();
});

function registry(overrides: Partial<PerformerDeps> = {}): ActionRegistry {
  return createActionRegistry({
    clock: { now: () => FIRE_AT + 12 },
    secrets: { forTeam: async () => [`whsec_${Buffer.alloc(32, 1).toString('base64')}`] },
    agents,
    post: () => Promise.reject(new Error('not used')),
    spawn: () => Promise.reject(new Error('not used')),
    idTokens: { tokenFor: async (audience) => `token-for-${audience}` },
    vendors: { pagerduty: `${receiver.url}/v2/enqueue` },
    version: '0.1.0',
    ...overrides,
  });
}

/** Reads a request as the API does, and makes the first attempt at what it asks for. */
async function perform(
  request: object,
  secrets: Record<string, string>,
  timer: Partial<NewTimer> = {},
  performers = registry(),
): Promise<AttemptReport> {
  const parsed = parseActions(ACTION_KINDS, { actions: [ActionRequest.parse(request)] }, '');
  if (!parsed.ok) throw new Error(parsed.detail);
  const [action] = parsed.value;
  if (action === undefined || isForRunner(action)) throw new Error('the service carries out no such action');
  return performAs(performers, action.type, action, attemptContext(action, timer, secrets));
}

function performAs<T extends ServiceActionType>(
  performers: ActionRegistry,
  type: T,
  action: ActionByType[T],
  context: AttemptContext,
): Promise<AttemptReport> {
  return performers[type].perform(action, context);
}

function received(): unknown {
  const [request] = receiver.requests;
  expect(request?.headers['content-type']).toBe('application/json');
  return JSON.parse(request?.body ?? 'null');
}

/** What the short form of an action means. */
function expand(set: object): unknown {
  const parsed = parseActions(ACTION_KINDS, set, '/e');
  return parsed.ok ? parsed.value[0] : parsed;
}

describe('slack', () => {
  const hook = () => ({ SLACK_WEBHOOK_URL: `${receiver.url}/services/T0/B0/abcdefgh` });

  it('posts text to the webhook whose URL the secret holds', async () => {
    const report = await perform({ type: 'slack', text: 'Backup of ${timer.name} is done' }, hook());
    expect(report).toMatchObject({ outcome: 'succeeded', responseStatus: 200, responseBody: 'ok' });
    expect(receiver.requests[0]).toMatchObject({ method: 'POST', path: '/services/T0/B0/abcdefgh' });
    expect(SlackPayload.parse(received())).toEqual({ text: 'Backup of backup is done' });
  });

  it('posts blocks, under the secret that it is told', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*${timer.name}*' } }];
    const request = { type: 'slack', secret: '${secret.OPS_SLACK}', channel: '#ops', blocks };
    await perform(request, { OPS_SLACK: `${receiver.url}/ops` });
    expect(SlackPayload.parse(received())).toEqual({
      channel: '#ops',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*backup*' } }],
    });
  });

  it('lets no placeholder mention or link anything', async () => {
    const text = '<!here> ${timer.metadata.by} & co';
    await perform({ type: 'slack', text }, hook(), { metadata: { by: '<!channel> & <http://x|y>' } });
    expect(received()).toEqual({ text: '<!here> &lt;!channel&gt; &amp; &lt;http://x|y&gt; & co' });
  });

  it.each([
    ['#deploys Release is out', { channel: '#deploys', text: 'Release is out' }],
    ['#déploys  two\nlines', { channel: '#déploys', text: 'two\nlines' }],
    ['no channel, #1', { text: 'no channel, #1' }],
    ['# heading', { text: '# heading' }],
  ])('reads the short form %j', (slack, fields) => {
    expect(expand({ slack })).toMatchObject({ type: 'slack', secret: 'SLACK_WEBHOOK_URL', ...fields });
  });

  it.each([
    [{ slack: '#deploys' }, '/e/slack'],
    [{ slack: {} }, '/e/slack/text'],
    [{ slack: { text: '${nope}' } }, '/e/slack/text'],
    [{ slack: { text: '${secret.TOKEN}' } }, '/e/slack/text'],
    [{ slack: { blocks: [{ type: '${secret.TOKEN}' }] } }, '/e/slack/blocks'],
    [{ discord: '#deploys' }, '/e/discord'],
    [{ discord: {} }, '/e/discord/text'],
    [{ discord: { embeds: [{ title: '${secret.TOKEN}' }] } }, '/e/discord/embeds'],
    [{ pagerduty: { summary: '${secret.TOKEN}' } }, '/e/pagerduty/summary'],
    [{ cloud_function: { url: 'https://a.example/', body: '${secret.TOKEN}' } }, '/e/cloud_function/body'],
    [{ cloud_function: { url: 'http://a.example/' } }, '/e/cloud_function/url'],
    [
      { cloud_function: { url: 'https://a.example/x', audience: 'https://b.example/x' } },
      '/e/cloud_function/audience',
    ],
  ])('is one of those that refuse %j', (set, pointer) => {
    expect(expand(set)).toMatchObject({ ok: false, pointer });
  });

  it.each(['not a URL', 'ftp://example.com/x', 'https://user:password@example.com/'])(
    'is not attempted with a secret that is no URL of a webhook: %s',
    async (url) => {
      const report = await perform({ type: 'slack', text: 'x' }, { SLACK_WEBHOOK_URL: url });
      expect(report).toMatchObject({
        outcome: 'refused',
        error: 'the secret SLACK_WEBHOOK_URL does not hold the URL of a webhook',
      });
    },
  );

  it('is refused where the secret leads to an address that is not public', async () => {
    const guarded = createGuardedAgents({ allowPrivate: false });
    const performers = registry({ agents: guarded });
    const report = await perform({ type: 'slack', text: 'x' }, hook(), {}, performers);
    guarded.destroy();
    expect(report).toMatchObject({
      outcome: 'refused',
      error: expect.stringContaining('not a public address'),
    });
    expect(receiver.requests).toHaveLength(0);
  });

  it('tries no more when the channel is archived', async () => {
    answer = (response) => response.writeHead(410).end('channel_is_archived');
    expect(await perform({ type: 'slack', text: 'x' }, hook())).toMatchObject({ outcome: 'gone' });
  });
});

describe('discord', () => {
  const hook = () => ({ DISCORD_WEBHOOK_URL: `${receiver.url}/api/webhooks/1/abcdefgh` });
  const send = (fields: object, timer: Partial<NewTimer> = {}) =>
    perform({ type: 'discord', ...fields }, hook(), timer);

  it('posts text and embeds', async () => {
    answer = (response) => response.writeHead(204).end();
    const report = await send({ text: '${timer.name} is done', embeds: [{ title: '${timer.name}' }] });
    expect(report).toMatchObject({ outcome: 'succeeded', responseStatus: 204 });
    expect(DiscordPayload.parse(received())).toEqual({
      content: 'backup is done',
      embeds: [{ title: 'backup' }],
      allowed_mentions: { parse: [] },
    });
  });

  it('reads the short form, whose channel is the one of the webhook', () => {
    expect(expand({ discord: '#deploys Release is out' })).toEqual({
      type: 'discord',
      secret: 'DISCORD_WEBHOOK_URL',
      text: 'Release is out',
      embeds: undefined,
      timeoutMs: 15_000,
    });
  });

  it('keeps to the 2,000 characters that Discord takes, without half a character', async () => {
    await send({ text: '${timer.metadata.long}' }, { metadata: { long: `${'x'.repeat(1_998)}𝄞𝄞` } });
    expect(DiscordPayload.parse(received()).content).toBe(`${'x'.repeat(1_998)}…`);
  });

  it('notifies only whom the author of the action mentions', async () => {
    const text = '<@&42> ${timer.metadata.by}';
    await send({ text }, { metadata: { by: '@everyone <@7>' } });
    expect(DiscordPayload.parse(received()).allowed_mentions).toEqual({ parse: ['roles'] });
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'x-ratelimit-reset-after': '1.337' }, 2_000],
    [{ 'retry-after': '3', 'x-ratelimit-reset-after': '2.1' }, 3_000],
  ])('waits as long as %j asks for', async (headers, retryAfterMs) => {
    answer = (response) => response.writeHead(429, headers).end('{"message":"You are being rate limited."}');
    expect(await send({ text: 'x' })).toMatchObject({ outcome: 'failed', retryAfterMs });
  });
});

describe('pagerduty', () => {
  const KEY = 'R0123456789abcdef0123456789abcde';
  const trigger = (fields: object, timer: Partial<NewTimer> = {}) =>
    perform({ type: 'pagerduty', ...fields }, { PAGERDUTY_ROUTING_KEY: KEY }, timer);

  it('triggers an alert of the delivery', async () => {
    answer = (response) => response.writeHead(202).end('{"status":"success"}');
    const report = await trigger(
      { severity: 'critical', summary: '${timer.name} did not report' },
      { metadata: { host: 'db1' }, agentId: 'watchdog' },
    );
    expect(report).toMatchObject({ outcome: 'succeeded', responseStatus: 202 });
    expect(receiver.requests[0]?.path).toBe('/v2/enqueue');
    expect(PagerdutyPayload.parse(received())).toMatchObject({
      routing_key: KEY,
      dedup_key: expect.stringMatching(/^dlv_1_/),
      payload: {
        summary: 'backup did not report',
        source: 'watchdog',
        severity: 'critical',
        timestamp: '2030-01-31T09:00:00.012Z',
        custom_details: { event: 'timer.expired', timer_name: 'backup', metadata: { host: 'db1' } },
      },
    });
  });

  it('is the same alert at every attempt, or the one of a key', async () => {
    await trigger({ summary: 'x' });
    await trigger({ summary: 'x' });
    await trigger({ summary: 'x', dedup_key: 'db-${timer.name}' });
    const keys = receiver.requests.map(({ body }) => PagerdutyPayload.parse(JSON.parse(body)).dedup_key);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).toBe('db-backup');
  });

  it('keeps to the lengths that PagerDuty takes, and says something where the template gives nothing', async () => {
    const metadata = { long: 'x'.repeat(3_000) };
    await trigger({ summary: '${timer.metadata.long}', dedup_key: '${timer.metadata.long}' }, { metadata });
    await trigger({ summary: '${timer.metadata.none}', dedup_key: '${timer.metadata.none}' }, { metadata });
    const [long, empty] = receiver.requests.map(({ body }) => PagerdutyPayload.parse(JSON.parse(body)));
    expect(long?.payload.summary).toHaveLength(1_024);
    expect(long?.dedup_key).toHaveLength(255);
    expect(empty).toMatchObject({
      dedup_key: expect.stringMatching(/^dlv_/),
      payload: { summary: 'backup' },
    });
  });
});

describe('cloud_function', () => {
  const call = (fields: object, performers?: ActionRegistry) =>
    perform({ type: 'cloud_function', ...fields }, {}, {}, performers);

  it('calls with an identity token for the function, and the body and signature of webhooks', async () => {
    const url = `${receiver.url}/report`;
    expect(await call({ url: `${url}?v=1` })).toMatchObject({ outcome: 'succeeded' });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/report?v=1' });
    expect(request?.headers).toMatchObject({
      authorization: `Bearer token-for-${url}`,
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
    expect(received()).toMatchObject({ event: 'timer.expired' });
  });

  it('sends its own body, for the audience that it is told', async () => {
    await call({ url: `${receiver.url}/x`, audience: receiver.url, body: { timer: '${timer.name}' } });
    expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer token-for-${receiver.url}`);
    expect(received()).toEqual({ timer: 'backup' });
  });

  it('keeps nothing of the token that the function repeats', async () => {
    answer = (response, { headers }) => response.writeHead(500).end(`got ${headers.authorization}`);
    const report = await call({ url: `${receiver.url}/x` });
    expect(report.responseBody).toBe('got Bearer [secret]');
  });

  it('fails where no token can be had, and may succeed later', async () => {
    const idTokens = { tokenFor: () => Promise.reject(new Error('the metadata server is away')) };
    const report = await call({ url: `${receiver.url}/x` }, registry({ idTokens }));
    expect(report).toMatchObject({ outcome: 'failed', error: 'no identity token could be had' });
    expect(receiver.requests).toHaveLength(0);
  });

  it('is not available where the engine has no tokens', async () => {
    const performers = registry({ idTokens: null });
    expect(performers.cloud_function.unavailable).toMatch(/no identity/);
    expect(await call({ url: `${receiver.url}/x` }, performers)).toMatchObject({ outcome: 'refused' });
  });
});
