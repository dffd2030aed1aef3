import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@minoots/core/testing';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';
import { openReceiver, type Receiver } from './support/receiver.ts';
import { TEST_KEY } from './support/server-process.ts';

/** More than the end may take on a busy machine, and less than any connection or attempt would last by itself. */
const SOON_MS = 25_000;

describe('stopping the server', () => {
  let data: DataFolder;
  let receiver: Receiver;
  beforeEach(async () => {
    data = await makeDataFolder();
    receiver = await openReceiver();
  });
  afterEach(async () => {
    await data.close();
    await receiver.close();
  });

  const hook = (path: string) => ({ on_expire: { webhook: `${receiver.url}${path}` } });
  const received = (path: string) =>
    until(`a request to ${path}`, () => (receiver.to(path).length > 0 ? true : null));

  it.each(['SIGTERM', 'SIGINT'] as const)('ends in order at %s, whoever is connected', async (signal) => {
    const server = data.launch();
    const api = await server.ready();
    const stream = await api.open('/v1/events');
    const timer = await api.create();
    const waiting = await takenOn(stream.url, `/v1/timers/${timer.id}/wait?timeout=60s`);
    const inbox = await takenOn(stream.url, '/v1/agents/agent-1/inbox?wait=30s');
    const idle = connect(Number(new URL(stream.url).port), '127.0.0.1');
    idle.on('error', () => {});
    await once(idle, 'connect');
    const startedAt = performance.now();
    server.send(signal);
    expect(await server.exit).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    expect(await readdir(data.home)).toEqual(expect.not.arrayContaining(['server.json', 'minoots.db-wal']));
    expect(await stream.text()).toContain('timer.created');
    expect(await waiting.status).toBe(200);
    expect(await inbox.status).toBe(200);
    idle.destroy();
  });

  it('lets an attempt under way finish', async () => {
    const server = data.launch();
    const api = await server.ready();
    receiver.hold();
    const { id } = await api.create({ duration: 1, events: hook('/slow') });
    await received('/slow');
    server.send('SIGTERM');
    await until('the server to take no connections', async () =>
      api.timer(id).then(
        () => null,
        () => true,
      ),
    );
    receiver.release();
    expect(await server.exit).toMatchObject({ code: 0, stderr: '' });
    const next = await data.launch().ready();
    const { status, deliveries } = await next.timer(id);
    expect(status).toBe('expired');
    expect(deliveries[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['succeeded']);
    expect(receiver.to('/slow')).toHaveLength(1);
  });

  it('leaves an attempt that does not end to the next start, which makes it again', async () => {
    const server = data.launch();
    const api = await server.ready();
    receiver.hold();
    const { id } = await api.create({ duration: 1, events: hook('/hung') });
    await received('/hung');
    const startedAt = performance.now();
    expect((await server.stop('SIGTERM')).code).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    receiver.release();
    const next = await data.launch().ready();
    const timer = await until('the timer to expire', async () => {
      const current = await next.timer(id);
      return current.status === 'expired' ? current : null;
    });
    expect(timer.deliveries[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['interrupted', 'succeeded']);
    const [first, second] = receiver.to('/hung');
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });

  it('ends at once at a second signal', async () => {
    const server = data.launch();
    const api = await server.ready();
    receiver.hold();
    await api.create({ duration: 1, events: hook('/hung') });
    await received('/hung');
    server.send('SIGINT');
    await until('the server to take no connections', async () =>
      api.send('/healthz').then(
        () => null,
        () => true,
      ),
    );
    server.send('SIGINT');
    // An end in order, once the attempt has had its time, would be code 0.
    expect((await server.exit).code).toBe(1);
  });
});

/**
 * Sends a request and resolves once the server has it in hand, which is when Node says `100 Continue`; what is inside
 * gives the status of the answer.
 */
async function takenOn(url: string, path: string): Promise<{ status: Promise<number> }> {
  const sent = request(new URL(path, url), {
    headers: { authorization: `Bearer ${TEST_KEY}`, expect: '100-continue' },
  });
  const answered = once(sent, 'response').then(([response]) => {
    response.resume();
    return response.statusCode;
  });
  sent.end();
  await once(sent, 'continue');
  return { status: answered };
}
