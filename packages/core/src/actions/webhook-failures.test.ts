import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WebhookAction } from '../domain/action.ts';
import type { AttemptReport } from './performer.ts';
import { createGuardedAgents, type GuardedAgents, type GuardOptions } from './target-guard.ts';
import { attemptContext } from './test-context.ts';
import { type Answer, startReceiver, type TestReceiver } from './test-receiver.ts';
import { createWebhookPerformer } from './webhook.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const open: { receivers: TestReceiver[]; servers: Server[] } = { receivers: [], servers: [] };
let agents: GuardedAgents;

beforeEach(() => use({ allowPrivate: true }));

afterEach(async () => {
  agents.destroy();
  await Promise.all(open.receivers.splice(0).map((receiver) => receiver.close()));
  for (const server of open.servers.splice(0)) server.close();
});

function use(options: GuardOptions): void {
  agents = createGuardedAgents(options);
}

async function receive(answer?: Answer): Promise<TestReceiver> {
  const receiver = await startReceiver(answer);
  open.receivers.push(receiver);
  return receiver;
}

/** Port of a server that takes connections and says `greeting`, or nothing. */
async function listen(greeting?: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (greeting !== undefined) socket.end(greeting);
  });
  open.servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function call(url: string, fields: Partial<WebhookAction> = {}): Promise<AttemptReport> {
  const action: WebhookAction = {
    type: 'webhook',
    url,
    method: 'POST',
    headers: {},
    body: null,
    timeoutMs: 5_000,
    ...fields,
  };
  const performer = createWebhookPerformer({
    clock: { now: () => 0 },
    secrets: { forTeam: async () => [SECRET] },
    agents,
    version: '0.1.0',
  });
  return performer.perform(action, attemptContext(action));
}

describe('the answer to a webhook', () => {
  it('is kept with its status', async () => {
    const receiver = await receive((response) => response.writeHead(500).end('no disk ☕'));
    expect(await call(receiver.url)).toMatchObject({
      outcome: 'failed',
      responseStatus: 500,
      responseBody: 'no disk ☕',
      error: 'answered 500',
      retryAfterMs: null,
    });
  });

  it('is kept to its first KiB, and the connection is closed on one that is huge', async () => {
    let written = 0;
    const { promise: closed, resolve: onClose } = Promise.withResolvers<void>();
    const receiver = await receive((response) => {
      response.on('close', onClose);
      response.writeHead(200);
      const pump = () => {
        while (!response.destroyed && response.write('y'.repeat(16_384))) written += 16_384;
      };
      response.on('drain', pump);
      response.on('error', () => {});
      pump();
    });
    const report = await call(receiver.url);
    expect(report).toMatchObject({
      outcome: 'succeeded',
      responseStatus: 200,
      responseBody: 'y'.repeat(1_024),
    });
    await closed;
    expect(written).toBeLessThan(50_000_000);
  });

  it('leaves the connection usable when its body is long but within reason', async () => {
    const receiver = await receive((response) => response.end('z'.repeat(60_000)));
    for (let index = 0; index < 3; index++) await call(receiver.url);
    expect(receiver.connections).toHaveLength(1);
  });

  it('does not lead elsewhere when it is a redirect', async () => {
    const target = await receive();
    const receiver = await receive((response) => response.writeHead(302, { location: target.url }).end());
    expect(await call(receiver.url)).toMatchObject({
      outcome: 'failed',
      responseStatus: 302,
      error: 'answered 302: redirects are not followed',
    });
    expect(target.requests).toHaveLength(0);
  });

  it('ends the delivery with 410', async () => {
    const receiver = await receive((response) => response.writeHead(410).end());
    expect(await call(receiver.url)).toMatchObject({ outcome: 'gone', responseStatus: 410 });
  });

  it.each([429, 503])('may ask with %d for a wait, in seconds or until a date', async (status) => {
    const seconds = await receive((response) => response.writeHead(status, { 'retry-after': '120' }).end());
    expect(await call(seconds.url)).toMatchObject({ outcome: 'failed', retryAfterMs: 120_000 });

    const until = new Date(Date.now() + 3_600_000).toUTCString();
    const date = await receive((response) => response.writeHead(status, { 'retry-after': until }).end());
    const { retryAfterMs } = await call(date.url);
    expect(retryAfterMs).toBeGreaterThan(3_000_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });
});

describe('a webhook that gets no answer', () => {
  it('times out while connecting', async () => {
    const port = await listen();
    expect(await call(`https://127.0.0.1:${port}/`, { timeoutMs: 100 })).toMatchObject({
      outcome: 'failed',
      responseStatus: null,
      error: 'timed out after 100 ms while connecting',
    });
  });

  it('times out while the name resolves', async () => {
    use({ allowPrivate: true, resolve: () => new Promise(() => {}) });
    const report = await call('http://slow.example/', { timeoutMs: 100 });
    expect(report.error).toBe('timed out after 100 ms while connecting');
    expect(report.durationMs).toBeGreaterThanOrEqual(99);
  });

  it('times out while it waits for the answer', async () => {
    const receiver = await receive(() => {});
    expect(await call(receiver.url, { timeoutMs: 100 })).toMatchObject({
      outcome: 'failed',
      responseStatus: null,
      error: 'timed out after 100 ms while waiting for the answer',
    });
  });

  it('times out while it reads an answer that does not end', async () => {
    const receiver = await receive((response) => {
      response.writeHead(200).write('part');
    });
    expect(await call(receiver.url, { timeoutMs: 100 })).toMatchObject({
      outcome: 'failed',
      responseStatus: 200,
      error: 'timed out after 100 ms while reading the answer',
    });
  });

  it('says that the connection was refused', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    const report = await call(receiver.url);
    expect(report).toMatchObject({ outcome: 'failed', responseStatus: null, responseBody: null });
    expect(report.error).toBe('connection refused (ECONNREFUSED)');
  });

  it('says that the name does not resolve', async () => {
    const noSuchName = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    use({ allowPrivate: false, resolve: () => Promise.reject(noSuchName) });
    expect(await call('http://gone.example/')).toMatchObject({
      outcome: 'failed',
      error: 'the host name does not resolve (ENOTFOUND)',
    });
  });

  it('says that the TLS handshake failed', async () => {
    const port = await listen('this is not TLS\r\n');
    expect((await call(`https://127.0.0.1:${port}/`)).error).toBe('the TLS handshake failed');
  });

  it('says that the answer is not HTTP', async () => {
    const port = await listen('SSH-2.0-OpenSSH_9.6\r\n');
    expect((await call(`http://127.0.0.1:${port}/`)).error).toBe('the answer is not valid HTTP');
  });

  it('says that the answer broke off', async () => {
    const receiver = await receive((response, { path }) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(path, () => response.destroy());
    });
    expect(await call(receiver.url)).toMatchObject({
      outcome: 'failed',
      responseStatus: 200,
      error: 'the connection broke before the answer was complete',
    });
  });

  it('is not repeated when a new connection is closed on it', async () => {
    const receiver = await receive((response) => response.destroy());
    expect((await call(receiver.url)).error).toBe(
      'the receiver closed the connection without an answer (ECONNRESET)',
    );
    expect(receiver.requests).toHaveLength(1);
  });

  it('is sent once more when a kept connection turns out to be closed', async () => {
    const receiver = await receive((response) => {
      if (receiver.requests.length === 2) response.destroy();
      else response.end();
    });
    expect(await call(receiver.url)).toMatchObject({ outcome: 'succeeded' });
    expect(await call(receiver.url)).toMatchObject({ outcome: 'succeeded' });
    expect(receiver.connections).toHaveLength(2);
    const [, lost, repeated] = receiver.requests;
    expect(repeated?.headers['webhook-id']).toBe(lost?.headers['webhook-id']);
  });
});

describe('a webhook to an address that is not allowed', () => {
  it('is refused when the name moved to the loopback after it was checked', async () => {
    const receiver = await receive();
    use({ allowPrivate: false, resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
    expect(await call(`http://rebound.example:${receiver.port}/`)).toMatchObject({
      outcome: 'refused',
      responseStatus: null,
      error: 'rebound.example resolves to an address that is not public (loopback)',
    });
    expect(receiver.connections).toHaveLength(0);
  });

  it.each(['http', 'https'])('is refused over %s when the address stands in the URL', async (protocol) => {
    use({ allowPrivate: false });
    expect(await call(`${protocol}://169.254.169.254/latest/meta-data/`)).toMatchObject({
      outcome: 'refused',
      error: '169.254.169.254 is not a public address (linkLocal)',
    });
    expect(await call(`${protocol}://[::ffff:127.0.0.1]/`)).toMatchObject({ outcome: 'refused' });
  });

  it('goes through to a name on the loopback where private targets are allowed', async () => {
    const receiver = await receive();
    use({ allowPrivate: true, resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
    expect(await call(`http://dev.example:${receiver.port}/`)).toMatchObject({ outcome: 'succeeded' });
  });
});
