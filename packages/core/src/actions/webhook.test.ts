import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { WebhookAction } from '../domain/action.ts';
import type { NewTimer } from '../domain/timer/create.ts';
import { onExpire } from '../domain/timer/test-timer.ts';
import type { AttemptReport } from './performer.ts';
import { createGuardedAgents, type GuardedAgents } from './target-guard.ts';
import { attemptContext, FIRE_AT } from './test-context.ts';
import { type ReceivedRequest, startReceiver, type TestReceiver } from './test-receiver.ts';
import { createWebhookPerformer } from './webhook.ts';

const SECRETS = [1, 2].map((fill) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`);
const [NEWEST = '', OLDER = ''] = SECRETS;
/** Real time is years away from the time of the timers here, as it is under a virtual clock. */
const HANDED_OFF_AT = FIRE_AT + 12;

let receiver: TestReceiver;
let agents: GuardedAgents;
let secrets: string[];

beforeEach(async () => {
  receiver = await startReceiver();
  agents = createGuardedAgents({ allowPrivate: true });
  secrets = [NEWEST];
});

afterEach(async () => {
  agents.destroy();
  await receiver.close();
});

function webhook(fields: Partial<WebhookAction> = {}): WebhookAction {
  const url = `${receiver.url}/hook`;
  return { type: 'webhook', url, method: 'POST', headers: {}, body: null, timeoutMs: 5_000, ...fields };
}

function perform(action: WebhookAction, timer: Partial<NewTimer> = {}, attempt = 1): Promise<AttemptReport> {
  const performer = createWebhookPerformer({
    clock: { now: () => HANDED_OFF_AT },
    secrets: { forTeam: async () => secrets },
    agents,
    version: '0.1.0',
  });
  return performer.perform(action, { ...attemptContext(action, timer), attempt });
}

async function sent(action: WebhookAction, timer: Partial<NewTimer> = {}): Promise<ReceivedRequest> {
  const { outcome, error } = await perform(action, timer);
  expect({ outcome, error }).toEqual({ outcome: 'succeeded', error: null });
  const request = receiver.requests.at(-1);
  if (request === undefined) throw new Error('nothing was received');
  return request;
}

describe('the webhook request', () => {
  it('carries what fired, when and how late', async () => {
    const message = { type: 'message', text: 'done: ${timer.name}', toAgent: null } as const;
    const action = webhook();
    const metadata = { version: '1.2.3' };
    const { method, path, headers, body } = await sent(action, {
      metadata,
      events: onExpire([action, message]),
    });

    expect({ method, path }).toEqual({ method: 'POST', path: '/hook' });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'MINOOTS/0.1.0',
      host: `127.0.0.1:${receiver.port}`,
    });
    const { timer, ...rest } = JSON.parse(body);
    expect(rest).toEqual({
      event: 'timer.expired',
      timestamp: '2030-01-31T09:00:00.012Z',
      message: 'done: backup',
      data: metadata,
      delivery: {
        id: headers['webhook-id'],
        attempt: 1,
        scheduled_at: '2030-01-31T09:00:00.000Z',
        drift_ms: 12,
      },
    });
    expect(timer).toMatchObject({
      id: 'tmr_4fZk0Qw7cTn2Ry9LbXa1Ve',
      name: 'backup',
      status: 'firing',
      metadata,
    });
    expect(timer).not.toHaveProperty('deliveries');
  });

  it('is signed so that the public library verifies it (complaint 14)', async () => {
    const { headers, body } = await sent(webhook(), { name: 'Café ☕ 日本', metadata: { note: '𝔘𝔫𝔦𝔠𝔬𝔡𝔢' } });
    expect(new Webhook(NEWEST).verify(body, asStrings(headers))).toMatchObject({
      timer: { name: 'Café ☕ 日本' },
      data: { note: '𝔘𝔫𝔦𝔠𝔬𝔡𝔢' },
    });
    expect(() => new Webhook(NEWEST).verify(`${body} `, asStrings(headers))).toThrow('No matching signature');
  });

  it('is signed by every secret in force, so that receivers can change theirs in their own time (complaint 14)', async () => {
    secrets = [NEWEST, OLDER];
    const { headers, body } = await sent(webhook());
    for (const secret of secrets) expect(new Webhook(secret).verify(body, asStrings(headers))).toBeTruthy();
    expect(headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  });

  it('keeps its webhook-id over all attempts', async () => {
    const action = webhook();
    await perform(action, {}, 1);
    await perform(action, {}, 2);
    const [first, second] = receiver.requests;
    expect(first?.headers['webhook-id']).toMatch(/^dlv_1_/);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(JSON.parse(second?.body ?? '')).toMatchObject({ delivery: { attempt: 2 } });
  });

  it('fills placeholders in the URL, encoded, and leaves the address alone', async () => {
    const url = `${receiver.url}/t/\${timer.name}?v=\${timer.metadata.v}&gone=\${timer.metadata.none}`;
    const { path } = await sent(webhook({ url }), { name: '../a b/?#é', metadata: { v: 'x&y=\ud800' } });
    expect(path).toBe('/t/..%2Fa%20b%2F%3F%23%C3%A9?v=x%26y%3D%EF%BF%BD&gone=');
  });

  it('fills placeholders in a custom body, which may be any JSON', async () => {
    const value = { text: '${timer.name} at ${timestamp}', list: ['${delivery.attempt}', 1, null, true] };
    const { body, headers } = await sent(webhook({ method: 'PUT', body: { value } }), {
      name: 'say "hi" ☕',
    });
    expect(JSON.parse(body)).toEqual({
      text: 'say "hi" ☕ at 2030-01-31T09:00:00.012Z',
      list: ['1', 1, null, true],
    });
    expect(new Webhook(NEWEST).verify(body, asStrings(headers))).toBeTruthy();
  });

  it('quotes a text body as JSON, but not under another content type', async () => {
    const value = ' ${timer.name} ';
    expect((await sent(webhook({ body: { value } }))).body).toBe('" backup "');
    const plain = await sent(webhook({ body: { value }, headers: { 'Content-Type': 'text/plain' } }));
    expect(plain.body).toBe(' backup ');
    expect(plain.headers['content-type']).toBe('text/plain');
    expect(() =>
      new Webhook(NEWEST).verify(plain.body, asStrings(plain.headers), { jsonParse: false }),
    ).not.toThrow();
  });

  it.each(['GET', 'DELETE'] as const)(
    'has no body as %s unless one is given, and is signed all the same',
    async (method) => {
      const { body, headers } = await sent(webhook({ method }));
      expect(body).toBe('');
      expect(headers['content-type']).toBeUndefined();
      expect(() => new Webhook(NEWEST).verify('', asStrings(headers))).not.toThrow();
      expect((await sent(webhook({ method, body: { value: { a: 1 } } }))).body).toBe('{"a":1}');
    },
  );

  it('sends custom headers without control characters, beyond ASCII as UTF-8', async () => {
    const headers = {
      'X-Timer': '${timer.name}',
      Authorization: 'Bearer ${timer.metadata.token}',
      'User-Agent': 'mine',
    };
    const request = await sent(webhook({ headers }), {
      name: 'caf\u00e9 \u2615',
      metadata: { token: 'abc\r\nX-Injected: yes\u0000' },
    });
    expect(Buffer.from(String(request.headers['x-timer']), 'latin1').toString()).toBe('café ☕');
    expect(request.headers.authorization).toBe('Bearer abcX-Injected: yes');
    expect(request.headers['x-injected']).toBeUndefined();
    expect(request.headers['user-agent']).toBe('mine');
  });

  it('does not let an action set the headers that are the service’s own', async () => {
    const headers = {
      Host: 'elsewhere.example',
      'Content-Length': '1',
      'Webhook-Id': 'forged',
      Connection: 'close',
    };
    const request = await sent(webhook({ headers }));
    expect(request.headers.host).toBe(`127.0.0.1:${receiver.port}`);
    expect(request.headers['webhook-id']).toMatch(/^dlv_1_/);
    expect(request.headers.connection).toBe('keep-alive');
    expect(JSON.parse(request.body)).toBeTruthy();
  });

  it('is not sent when its body outgrows the limit', async () => {
    const value = Array.from({ length: 20 }, () => '${timer.metadata.long}');
    const report = await perform(webhook({ body: { value } }), { metadata: { long: 'x'.repeat(16_000) } });
    expect(report).toMatchObject({ outcome: 'refused', responseStatus: null, at: HANDED_OFF_AT });
    expect(report.error).toMatch(/the request body is 3200\d\d bytes .* over the 262144 allowed/);
    expect(receiver.requests).toHaveLength(0);
  });

  it('goes over the connection of the one before', async () => {
    for (let index = 0; index < 5; index++) await sent(webhook());
    expect(receiver.connections).toHaveLength(1);
  });

  it('leaves nothing behind on connections that many share at once', async () => {
    await Promise.all(Array.from({ length: 1_000 }, () => sent(webhook())));
    const idle = Object.values(agents.http.freeSockets).flatMap((sockets) => sockets ?? []);
    expect(receiver.connections.length).toBeLessThan(1_000);
    expect(Math.max(...idle.map((socket) => socket.listenerCount('connect')))).toBeLessThanOrEqual(1);
  });
});

function asStrings(headers: ReceivedRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
