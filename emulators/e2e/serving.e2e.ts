import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Health, OPERATIONS, Timer } from '@minoots/contract';
import { ApiClient, EventReader, until } from '@minoots/core/testing';
import { clientOf } from './support/driving.ts';
import { CORS_ORIGIN, stacksUnderTest } from './support/stacks.ts';
import { killWorkers } from './support/workers.ts';

const { real } = stacksUnderTest();

describe('the event stream at the function’s URL', () => {
  const api = clientOf(real);
  const open: EventReader[] = [];
  afterEach(async () => {
    for (const reader of open.splice(0)) await reader.close();
  });

  async function follow(timerId: string, lastEventId?: string): Promise<EventReader> {
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const reader = new EventReader(await api.open(`/v1/events?timer_id=${timerId}`, { headers }));
    open.push(reader);
    return reader;
  }

  it('tells what happens, and on another connection to another process what happened meanwhile, once', async () => {
    const id = `streamed-${randomBytes(6).toString('hex')}`;
    const first = await follow(id);
    await api.create({ id });
    await api.command(id, 'pause');
    const heard = [await first.next(), await first.next()];
    await first.close();
    await api.command(id, 'resume');

    expect(killWorkers(real, 'api')).toBeGreaterThan(0);
    await until('the API to be back', async () => ((await fetch(`${real.apiUrl}/healthz`)).ok ? true : null));
    await api.command(id, 'extend', { by: '1h' });
    const second = await follow(id, heard.at(-1)?.id);
    await api.command(id, 'cancel');
    while (heard.at(-1)?.event !== 'timer.cancelled') heard.push(await second.next());

    const { data: log } = await api.get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`);
    expect(heard.map(({ event }) => event)).toEqual(log.map(({ type }) => type));
    expect(new Set(heard.map((event) => event.id)).size).toBe(heard.length);
  });

  it('hears of a timer that is fired by another function', async () => {
    const id = `streamed-${randomBytes(6).toString('hex')}`;
    const reader = await follow(id);
    await api.create({ id, duration: '1s' });
    const heard: unknown[] = [];
    while (heard.at(-1) !== 'timer.expired') heard.push((await reader.next()).event);
    expect(heard).toContain('timer.fired');
  });
});

describe('hosting', () => {
  it('passes the paths of the API on, with their answers', async () => {
    const hosted = new ApiClient({ baseUrl: real.hostingUrl, key: real.key });
    expect(await hosted.get(Health, '/healthz')).toMatchObject({ status: 'ok' });
    const { id } = await hosted.create({ name: 'hosted' });
    expect(await hosted.get(Timer, `/v1/timers/${id}`)).toMatchObject({ id, name: 'hosted' });
    expect(await hosted.command(id, 'cancel')).toMatchObject({ status: 'cancelled' });
    expect((await hosted.refusal(404, 'GET', '/v1/timers/nobody')).code).toBe('not_found');
  });

  it('answers itself for what is no path of the API', async () => {
    const response = await fetch(`${real.hostingUrl}/somewhere`);
    expect([response.status, response.headers.get('x-request-id')]).toEqual([404, null]);
  });
});

describe('a page of another site', () => {
  const preflight = (origin: string) =>
    fetch(`${real.apiUrl}/v1/timers`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');

  it('may call the API when its origin is listed', async () => {
    const response = await preflight(CORS_ORIGIN);
    expect(response.ok).toBe(true);
    expect(allowed(response)).toBe(CORS_ORIGIN);
    expect(response.headers.get('access-control-allow-headers')).toMatch(/authorization/);
    const answer = await fetch(`${real.apiUrl}/healthz`, { headers: { origin: CORS_ORIGIN } });
    expect(allowed(answer)).toBe(CORS_ORIGIN);
  });

  it.each(['https://evil.example.com', `${CORS_ORIGIN}.evil.example.com`, 'null'])(
    'may not when its origin is %s',
    async (origin) => {
      expect(allowed(await preflight(origin))).toBeNull();
      expect(allowed(await fetch(`${real.apiUrl}/healthz`, { headers: { origin } }))).toBeNull();
    },
  );
});
