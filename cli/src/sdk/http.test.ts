import { afterEach, describe, expect, it } from '@jest/globals';
import { type Answer, hangUp, json, problem, scriptedServer } from '../../test/support/scripted-server.ts';
import { Transport } from './http.ts';
import { toWire } from './wire.ts';

const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

const QUICK = { maxRetries: 2, firstDelayMs: 1, maxDelayMs: 5 };
const create = () => toWire('createTimer', { body: { name: 'tea', duration: '3m' } });

async function transportTo(...answers: Answer[]) {
  const server = await scriptedServer(...answers);
  closings.push(server.close);
  let connections = 0;
  const transport = new Transport(async () => {
    connections += 1;
    return { url: server.url, apiKey: 'key-of-the-test' };
  }, QUICK);
  return { transport, seen: server.seen, connections: () => connections };
}

describe('Transport', () => {
  it('sends the key and gives the JSON of the answer', async () => {
    const { transport, seen } = await transportTo(json({ answer: 42 }));
    expect(await transport.send(create())).toEqual({ answer: 42 });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/v1/timers',
      body: '{"name":"tea","duration":"3m"}',
    });
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer key-of-the-test',
      'content-type': 'application/json',
    });
  });

  it('repeats a POST after a retryable problem, with the same Idempotency-Key', async () => {
    const { transport, seen } = await transportTo(problem('storage_unavailable'), json({}));
    await transport.send(create());
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it('looks for the server anew after a broken connection', async () => {
    const { transport, connections } = await transportTo(hangUp, json({}));
    await transport.send(create());
    expect(connections()).toBe(2);
  });

  it('gives up after the last retry', async () => {
    const { transport, seen } = await transportTo(hangUp);
    await expect(transport.send(create())).rejects.toMatchObject({ code: 'unreachable', status: null });
    expect(seen).toHaveLength(3);
  });

  it.each(['invalid_request', 'timer_exists', 'not_found'] as const)(
    'does not repeat after %s',
    async (code) => {
      const { transport, seen } = await transportTo(problem(code), json({}));
      await expect(transport.send(create())).rejects.toMatchObject({ code, requestId: 'req_1' });
      expect(seen).toHaveLength(1);
    },
  );

  it('repeats a PUT, which does the same the second time', async () => {
    const { transport, seen } = await transportTo(hangUp, json({}));
    await transport.send(toWire('setContext', { id: 'ci/main', body: { value: true } }));
    expect(seen.map(({ method, url }) => [method, url])).toEqual([
      ['PUT', '/v1/context/ci%2Fmain'],
      ['PUT', '/v1/context/ci%2Fmain'],
    ]);
  });

  it('does not repeat a DELETE that may have been done', async () => {
    const { transport, seen } = await transportTo(hangUp, json({}));
    await expect(transport.send(toWire('deleteTimer', { id: 'tmr_1' }))).rejects.toMatchObject({
      code: 'unreachable',
    });
    expect(seen).toHaveLength(1);
  });

  it('does not sit through a Retry-After that is longer than a caller would wait', async () => {
    const { transport, seen } = await transportTo(
      problem('storage_unavailable', { 'retry-after': '60' }),
      json({}),
    );
    await expect(transport.send(create())).rejects.toMatchObject({
      code: 'storage_unavailable',
      retryAfterMs: 60_000,
    });
    expect(seen).toHaveLength(1);
  });

  it('names a server that answers with something else than JSON', async () => {
    const html: Answer = (response) => response.writeHead(502).end('<h1>Bad gateway</h1>');
    const { transport } = await transportTo(html);
    await expect(transport.send(create())).rejects.toMatchObject({
      code: 'unexpected_response',
      status: 502,
    });
  });

  it('gives up an attempt that takes too long', async () => {
    const { transport } = await transportTo(() => undefined);
    const request = { ...toWire('deleteTimer', { id: 'tmr_1' }), timeoutMs: 50 };
    await expect(transport.send(request)).rejects.toMatchObject({ code: 'timed_out' });
  });

  it('ends when the caller gives up', async () => {
    const { transport } = await transportTo(() => undefined);
    const abort = new AbortController();
    const sent = transport.send(create(), abort.signal);
    abort.abort();
    await expect(sent).rejects.toMatchObject({ code: 'aborted' });
  });
});
