import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Delivery,
  Endpoint,
  EndpointPage,
  OPERATIONS,
  Problem,
  Timer,
  TimerEvent,
  TimerPreview,
} from '@minoots/contract';
import { startReceiver, type TestReceiver } from '../../actions/test-receiver.ts';
import { pointers } from './client.ts';
import { EventReader } from './event-reader.ts';
import { inboxesOf } from './inbox.ts';
import type { Suite } from './suite.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Fails as often as it takes to pause an endpoint, in as many seconds. */
const STORM = { max_attempts: 20, initial: '1s', factor: 1 };

/** Endpoints that keep failing: they are paused, probed, resumed, and what was postponed is not lost. */
export function pausingEndpoints(suite: Suite): void {
  const { api, server } = suite;
  const inbox = inboxesOf(suite);
  let receiver: TestReceiver;
  let answer: number;
  let urls = 0;
  let url: string;
  beforeAll(async () => {
    receiver = await startReceiver((response) => response.writeHead(answer).end('heard'));
  });
  beforeEach(() => {
    answer = 500;
    url = `${receiver.url}/endpoint-${++urls}`;
    receiver.requests.length = 0;
  });
  afterAll(() => receiver.close());

  const create = (fields: object = {}) =>
    api().create({ duration: '1s', events: { on_expire: { webhook: url } }, ...fields });
  const several = (count: number, fields: object = {}) =>
    Promise.all(Array.from({ length: count }, () => create(fields)));
  const advance = (ms: number) => server().advance(ms);
  const calls = () => receiver.requests.length;
  const statuses = async (timers: { id: string }[]) => {
    const read = await Promise.all(timers.map(({ id }) => api().timer(id)));
    return read.map(({ status }) => status);
  };
  const deliveryOf = async ({ id }: { id: string }): Promise<Delivery | undefined> =>
    (await api().timer(id)).deliveries[0];
  const logOf = async ({ id }: { id: string }) =>
    (await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`)).data;
  const typesOf = async (timer: { id: string }) => (await logOf(timer)).map(({ type }) => type);
  const list = async (status?: string): Promise<Endpoint[]> => {
    const query = status === undefined ? '' : `&status=${status}`;
    return (await api().get(EndpointPage, `/v1/endpoints?limit=200${query}`)).data;
  };
  const find = async (wanted = url) => (await list()).find((endpoint) => endpoint.url === wanted);
  const known = async () => {
    const endpoint = await find();
    if (endpoint === undefined) throw new Error(`nothing is known of ${url}`);
    return endpoint;
  };
  const command = (path: string, body: object = {}) =>
    api().read(Endpoint, 200, 'POST', `/v1/endpoints/${path}`, { body });
  const pauseUrl = (fields: object = {}) => command('pause', { url, ...fields });

  /** An endpoint that the service has just paused; `last` is the timer whose attempt was one too many. */
  async function givenUp(): Promise<{ last: Timer; endpoint: Endpoint }> {
    await create({ retry: STORM });
    const last = await create({ duration: '61m', retry: { max_attempts: 30, initial: '30s', factor: 1 } });
    await advance(61 * MINUTE);
    const endpoint = await known();
    expect(endpoint).toMatchObject({ status: 'paused', paused_by: 'service', consecutive_failures: 21 });
    receiver.requests.length = 0;
    return { last, endpoint };
  }

  describe('an endpoint that keeps failing', () => {
    it('is paused when all attempts of an hour have failed, with a notice', async () => {
      const first = await create({ retry: STORM });
      await advance(MINUTE);
      const failing = await known();
      expect(failing).toMatchObject({ status: 'failing', consecutive_failures: 20, paused_at: null });
      expect(failing).toMatchObject({ last_error: 'answered 500', next_probe_at: null });
      expect((await list('failing')).map(({ id }) => id)).toContain(failing.id);

      const last = await create({ duration: '61m', retry: { max_attempts: 1 } });
      await advance(61 * MINUTE);
      expect(calls()).toBe(21);
      const paused = await known();
      expect(paused).toMatchObject({
        id: failing.id,
        status: 'paused',
        consecutive_failures: 21,
        failing_since: failing.failing_since,
        paused_by: 'service',
        pause_reason: null,
      });
      expect(span(paused.paused_at, paused.next_probe_at)).toBe(MINUTE);
      const notice = (await logOf(last)).find(({ type }) => type === 'endpoint.paused');
      expect(notice?.data).toMatchObject({ endpoint_id: paused.id, url, consecutive_failures: 21 });
      expect(notice?.message).toContain('answered 500');
      expect(await typesOf(first)).not.toContain('endpoint.paused');
      const messages = (await inbox.page(null, '?limit=200')).data;
      const told = messages.filter(({ data }) => data?.endpoint_id === paused.id);
      expect(told).toMatchObject([{ text: notice?.message, from: { type: 'timer', timer_id: last.id } }]);
      expect(told[0]?.text).toContain(`minoots endpoints resume ${paused.id}`);
      expect((await list('paused')).map(({ id }) => id)).toContain(paused.id);
      expect(await api().get(Endpoint, `/v1/endpoints/${paused.id}`)).toEqual(paused);
    });

    it('is probed by one attempt at a time, ever less often, and resumes when one succeeds', async () => {
      const { last, endpoint } = await givenUp();
      const others = await several(5);
      await advance(59 * SECOND);
      expect(calls()).toBe(0);
      expect(await statuses([last, ...others])).toEqual(Array.from({ length: 6 }, () => 'firing'));
      for (const timer of [last, ...others]) {
        const delivery = await deliveryOf(timer);
        expect(delivery?.postponed?.endpoint_id).toBe(endpoint.id);
        const made = timer === last ? 1 : 0;
        expect([delivery?.status, delivery?.attempts.length]).toEqual(['pending', made]);
        expect((await typesOf(timer)).filter((type) => type === 'delivery.postponed')).toHaveLength(1);
      }
      await advance(SECOND);
      expect(calls()).toBe(1);
      await advance(5 * MINUTE - SECOND);
      expect(calls()).toBe(1);
      await advance(SECOND);
      expect(calls()).toBe(2);
      expect(await known()).toMatchObject({ status: 'paused', consecutive_failures: 23 });

      answer = 200;
      await advance(15 * MINUTE - SECOND);
      expect(calls()).toBe(2);
      await advance(2 * SECOND);
      expect(await find()).toMatchObject({ status: 'resumed', consecutive_failures: 0, paused_at: null });
      await advance(5 * SECOND);
      expect(await statuses([last, ...others])).toEqual(Array.from({ length: 6 }, () => 'expired'));
      expect(calls()).toBe(2 + 6);
      const types = (await Promise.all([last, ...others].map(typesOf))).flat();
      expect(types.filter((type) => type === 'endpoint.resumed')).toHaveLength(1);
    });

    it('counts attempts that fail at the same time, and none twice', async () => {
      await several(30, { retry: { max_attempts: 1 } });
      await advance(2 * SECOND);
      expect(await known()).toMatchObject({ status: 'failing', consecutive_failures: 30 });
      answer = 200;
      await create();
      await advance(2 * SECOND);
      expect(await find()).toBeUndefined();
    });

    it('is one for all queries of its URL, and another for each path', async () => {
      const hooks = ['?a=1', '?a=2#b', '/deeper'].map((rest) => `${url}${rest}`);
      const events = { on_expire: { actions: hooks.map((hook) => ({ type: 'webhook', url: hook })) } };
      await create({ events, retry: { max_attempts: 1 } });
      await advance(2 * SECOND);
      expect(await find()).toMatchObject({ consecutive_failures: 2 });
      expect(await find(`${url}/deeper`)).toMatchObject({ consecutive_failures: 1 });
    });
  });

  describe('an endpoint that answers 410', () => {
    beforeEach(() => {
      answer = 410;
    });

    it('is paused at once, and not asked again within an hour', async () => {
      const [gone] = await several(1);
      await advance(2 * SECOND);
      const endpoint = await known();
      expect(endpoint).toMatchObject({ status: 'paused', paused_by: 'service', consecutive_failures: 1 });
      expect(span(endpoint.paused_at, endpoint.next_probe_at)).toBe(HOUR);
      const held = await create();
      await advance(2 * SECOND);
      expect([await statuses([held]), calls()]).toEqual([['firing'], 1]);
      expect(gone && (await typesOf(gone))).toContain('endpoint.paused');

      answer = 200;
      expect(await command(`${endpoint.id}/resume`)).toMatchObject({ id: endpoint.id, status: 'resumed' });
      await advance(SECOND);
      expect(await statuses([held])).toEqual(['expired']);
    });

    it('is not paused where the URL differs from timer to timer: that one alone is gone', async () => {
      const events = { on_expire: { webhook: `${url}/\${timer.id}` } };
      const gone = await create({ events });
      await advance(2 * SECOND);
      expect(await statuses([gone])).toEqual(['failed']);
      const template = `${url}/\${timer.id}`;
      expect(await find(template)).toMatchObject({ status: 'failing', consecutive_failures: 1 });
      answer = 200;
      const [next] = await several(1, { events });
      await advance(2 * SECOND);
      expect(next && (await statuses([next]))).toEqual(['expired']);
    });
  });

  describe('an endpoint that was paused by hand', () => {
    it('gets nothing, not even a probe, until it is resumed by hand; then what was postponed', async () => {
      answer = 200;
      const paused = await pauseUrl({ url: `${url}?key=1`, reason: 'we move house' });
      expect(paused).toMatchObject({ url, status: 'paused', pause_reason: 'we move house' });
      expect(paused).toMatchObject({ consecutive_failures: 0, failing_since: null, next_probe_at: null });
      expect(paused.paused_by).not.toBe('service');
      const timers = await several(3);
      await advance(2 * HOUR);
      expect([calls(), await statuses(timers)]).toEqual([0, ['firing', 'firing', 'firing']]);

      expect(await command(`${paused.id}/resume`)).toMatchObject({ status: 'resumed' });
      expect(await command(`${paused.id}/resume`)).toMatchObject({ status: 'resumed' });
      await advance(SECOND);
      expect([calls(), await statuses(timers)]).toEqual([3, ['expired', 'expired', 'expired']]);
      const at = receiver.requests.map(({ body }) => String(JSON.parse(body).timestamp)).sort();
      expect(span(at[0] ?? null, at[2] ?? null)).toBe(200);
    });

    it('is told of on the event stream, without a timer', async () => {
      const stream = new EventReader(await api().open('/v1/events?types=endpoint.paused,endpoint.resumed'));
      const { id } = await pauseUrl({ reason: 'we move house' });
      await command(`${id}/resume`);
      const events: TimerEvent[] = [];
      while (events.length < 2) {
        const event = TimerEvent.parse(JSON.parse((await stream.next()).data ?? ''));
        if (event.data?.endpoint_id === id) events.push(event);
      }
      await stream.close();
      expect(events).toMatchObject([
        { type: 'endpoint.paused', timer_id: null, data: { url, reason: 'we move house' } },
        { type: 'endpoint.resumed', timer_id: null, data: { url } },
      ]);
    });

    it('makes dead letters of what has been postponed for 72 h, which a redelivery brings back', async () => {
      answer = 200;
      const { id } = await pauseUrl();
      const timer = await create();
      await advance(72 * HOUR);
      expect(await statuses([timer])).toEqual(['firing']);
      await advance(MINUTE);
      expect(await statuses([timer])).toEqual(['failed']);
      const delivery = await deliveryOf(timer);
      expect(delivery).toMatchObject({ status: 'exhausted', attempts: [{ outcome: 'refused' }] });
      expect(delivery?.attempts[0]?.error).toContain(url);
      expect(calls()).toBe(0);
      await command(`${id}/resume`);
      await api().read(Timer, 200, 'POST', `/v1/deliveries/${delivery?.id}/redeliver`);
      await advance(SECOND);
      expect(await statuses([timer])).toEqual(['expired']);
    });

    it('stays so although the service had paused it before', async () => {
      answer = 410;
      await create();
      await advance(2 * SECOND);
      const { id } = await known();
      expect(await command(`${id}/pause`, { reason: 'enough' })).toMatchObject({ next_probe_at: null });
      const again = await command(`${id}/pause`, { reason: 'too late' });
      expect(again).toMatchObject({ status: 'paused', pause_reason: 'enough' });
      await command(`${id}/resume`);
    });

    it('shows in the preview of a timer that would call it', async () => {
      const preview = () =>
        api().read(TimerPreview, 200, 'POST', '/v1/timers/preview', {
          body: { name: 'foreseen', duration: '1m', events: { on_expire: { webhook: `${url}?x=1` } } },
        });
      const before = await preview();
      const { id } = await pauseUrl();
      const notes = (await preview()).notes.filter((note) => !before.notes.includes(note));
      expect(notes).toEqual([expect.stringContaining(url)]);
      await command(`${id}/resume`);
      expect((await preview()).notes).toEqual(before.notes);
    });
  });

  describe('the operations on endpoints', () => {
    it('know no endpoint that is well', async () => {
      const path = '/v1/endpoints/end_0000000000000000000000';
      expect((await api().refusal(404, 'GET', path)).code).toBe('not_found');
      for (const verb of ['pause', 'resume'])
        expect((await api().refusal(404, 'POST', `${path}/${verb}`)).code).toBe('not_found');
    });

    it('resume nothing that is not paused', async () => {
      await create({ retry: { max_attempts: 1 } });
      await advance(2 * SECOND);
      const { id } = await known();
      expect((await api().refusal(409, 'POST', `/v1/endpoints/${id}/resume`)).code).toBe('invalid_state');
    });

    it('list page by page', async () => {
      const { id } = await pauseUrl();
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const path = `/v1/endpoints?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
        const page: EndpointPage = await api().get(EndpointPage, path);
        ids.push(...page.data.map((endpoint) => endpoint.id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(ids).toContain(id);
      expect(new Set(ids).size).toBe(ids.length);
      await command(`${id}/resume`);
    });

    it.each<[string, string, object | undefined, string]>([
      ['GET', '/v1/endpoints?status=well', undefined, '?status'],
      ['POST', '/v1/endpoints/pause', { url: 'ftp://a.example' }, '/url'],
      ['POST', '/v1/endpoints/pause', { url: 'https://me:you@a.example' }, '/url'],
      ['POST', '/v1/endpoints/pause', { url: 'https://a.example/${nothing}' }, '/url'],
      ['POST', '/v1/endpoints/pause', { url: 'https://a.example', reason: '' }, '/reason'],
    ])('refuse %s %s %j', async (method, path, body, pointer) => {
      const reply = await api().call(method, path, body === undefined ? {} : { body });
      expect([400, 422]).toContain(reply.status);
      expect(pointers(Problem.parse(JSON.parse(reply.text)))).toEqual([pointer]);
    });

    it('refuse a cursor of another list', async () => {
      const { code } = await api().refusal(400, 'GET', '/v1/endpoints?cursor=bm9uc2Vuc2U');
      expect(code).toBe('invalid_cursor');
    });
  });
}

function span(from: string | null, to: string | null): number {
  return Date.parse(to ?? '') - Date.parse(from ?? '');
}
