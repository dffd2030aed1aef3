import { describe, expect, it } from '@jest/globals';
import { BatchResult, CreatedTimer, MAX_BATCH } from '@minoots/contract';
import { MAX_BODY_BYTES } from '../../app/limits.ts';
import { pointers, readBody } from './client.ts';
import type { Suite } from './suite.ts';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** `POST /v1/timers` and `POST /v1/timers/batch`. */
export function creatingTimers({ api }: Suite): void {
  describe('POST /v1/timers', () => {
    it('answers with the timer, its receipt, its place and its tag', async () => {
      const reply = await api().call('POST', '/v1/timers', {
        body: { name: 'deploy', duration: '1h', agent_id: 'a1' },
      });
      const timer = readBody(reply, 201, CreatedTimer);
      expect(timer).toMatchObject({
        name: 'deploy',
        agent_id: 'a1',
        status: 'running',
        generation: 1,
        fired_at: null,
        deliveries: [],
      });
      expect(timer.id).toMatch(/^tmr_[0-9A-Za-z]{22}$/);
      expect(timer.time_remaining_ms).toBeLessThanOrEqual(HOUR);
      expect(timer.receipt.durable).toBe(true);
      expect(reply.headers.get('location')).toBe(`/v1/timers/${timer.id}`);
      expect(reply.headers.get('etag')).toMatch(/^"\d+"$/);
    });

    it.each([
      [1500, 1500],
      ['250ms', 250],
      ['30s', 30_000],
      ['5m', 300_000],
      ['2h', 2 * HOUR],
      ['1d', 24 * HOUR],
      ['1w', 7 * 24 * HOUR],
      ['1h30m', 1.5 * HOUR],
      ['PT90M', 1.5 * HOUR],
    ])('reads the duration %s', async (duration, spanMs) => {
      const { started_at, fire_at } = await api().create({ duration });
      expect(Date.parse(fire_at ?? '') - Date.parse(started_at ?? '')).toBe(spanMs);
    });

    it('reads an instant with any offset and shows it in UTC', async () => {
      const year = new Date().getUTCFullYear() + 1;
      const { fire_at } = await api().create({ fire_at: `${year}-06-01T11:00:00+02:00` });
      expect(fire_at).toBe(`${year}-06-01T09:00:00.000Z`);
    });

    it('moves a local time that is skipped forward, and takes a repeated one the first time', async () => {
      const year = new Date().getUTCFullYear() + 1;
      const [march, october] = [lastSunday(year, 3), lastSunday(year, 10)];
      const timezone = 'Europe/Berlin';
      const skipped = await api().create({ fire_at_local: `${march}T02:30`, timezone });
      expect(skipped.fire_at).toBe(`${march}T01:30:00.000Z`);
      const repeated = await api().create({ fire_at_local: `${october}T02:30`, timezone });
      expect(repeated.fire_at).toBe(`${october}T00:30:00.000Z`);
    });

    it('keeps labels and metadata as they came', async () => {
      const labels = { environment: 'prod', 'team/owner': 'Zoë 🦊' };
      const metadata = {
        version: 2,
        nested: { list: [1, null, 'x', { deep: true }] },
        constructor: 'plain text',
        '': '空',
      };
      const { id } = await api().create({ labels, metadata });
      expect(await api().timer(id)).toMatchObject({ labels, metadata });
    });

    it('takes the example of the original README', async () => {
      const timer = await api().create({
        duration: '30s',
        name: 'production_deploy',
        agent_id: 'deploy_agent',
        events: {
          on_expire: { webhook: 'https://example.com/webhook', message: 'Deployment timer expired' },
        },
      });
      expect(timer.name).toBe('production_deploy');
      await api().command(timer.id, 'cancel');
    });

    it('gives the timer that is there for the same id and body, and refuses another body', async () => {
      const body = { id: 'conformance-same', name: 'same', duration: '1h', labels: { a: '1' } };
      const first = await api().read(CreatedTimer, 201, 'POST', '/v1/timers', { body });
      const again = await api().read(CreatedTimer, 200, 'POST', '/v1/timers', { body });
      expect([again.id, again.created_at]).toEqual([first.id, first.created_at]);
      const refusal = await api().refusal(409, 'POST', '/v1/timers', { body: { ...body, name: 'other' } });
      expect(refusal.code).toBe('timer_exists');
    });

    it('makes one timer of parallel requests for one id', async () => {
      const body = { id: 'conformance-race', name: 'race', duration: '1h' };
      const replies = await Promise.all(
        Array.from({ length: 20 }, () => api().call('POST', '/v1/timers', { body })),
      );
      expect(replies.map(({ status }) => status).toSorted()).toEqual([
        ...Array.from({ length: 19 }, () => 200),
        201,
      ]);
    });

    it.each<[string, object, string]>([
      ['no name', { duration: 1 }, '/name'],
      ['an empty name', { name: '', duration: 1 }, '/name'],
      ['a name of 201 characters', { name: 'a'.repeat(201), duration: 1 }, '/name'],
      ['a name that is a number', { name: 1, duration: 1 }, '/name'],
      ['no time', { name: 'a' }, '/duration'],
      ['two times', { name: 'a', duration: 1, fire_at: '2031-01-01T00:00:00Z' }, '/fire_at'],
      ['a duration of nothing', { name: 'a', duration: 0 }, '/duration'],
      ['a negative duration', { name: 'a', duration: -1 }, '/duration'],
      ['a negative duration in words', { name: 'a', duration: '-5m' }, '/duration'],
      ['an absurd duration', { name: 'a', duration: 10 * YEAR + 1 }, '/duration'],
      ['an absurd duration in words', { name: 'a', duration: '99999999999999999999999w' }, '/duration'],
      ['a duration that is none', { name: 'a', duration: 'soon' }, '/duration'],
      ['a duration of years', { name: 'a', duration: 'P1Y' }, '/duration'],
      ['a duration that is true', { name: 'a', duration: true }, '/duration'],
      ['an instant without an offset', { name: 'a', fire_at: '2031-01-01T00:00:00' }, '/fire_at'],
      ['an instant that is none', { name: 'a', fire_at: '2031-02-30T00:00:00Z' }, '/fire_at'],
      ['an instant too far ahead', { name: 'a', fire_at: '9999-01-01T00:00:00Z' }, '/fire_at'],
      ['a local time without a zone', { name: 'a', fire_at_local: '2031-01-01T09:00' }, '/timezone'],
      [
        'an unknown zone',
        { name: 'a', fire_at_local: '2031-01-01T09:00', timezone: 'Mars/Olympus' },
        '/timezone',
      ],
      [
        'a local time that is none',
        { name: 'a', fire_at_local: 'nine', timezone: 'Europe/Paris' },
        '/fire_at_local',
      ],
      ['an unknown field', { name: 'a', duration: 1, colour: 'red' }, '/colour'],
      [
        'too many labels',
        {
          name: 'a',
          duration: 1,
          labels: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`l${n}`, ''])),
        },
        '/labels',
      ],
      ['a label that is a number', { name: 'a', duration: 1, labels: { a: 1 } }, '/labels/a'],
      ['too much metadata', { name: 'a', duration: 1, metadata: { a: 'é'.repeat(8_192) } }, '/metadata'],
      ['metadata that is a list', { name: 'a', duration: 1, metadata: [] }, '/metadata'],
      [
        'a webhook that is no URL',
        { name: 'a', duration: 1, events: { on_expire: { webhook: 'example' } } },
        '/events/on_expire/webhook',
      ],
      [
        'a webhook that is a file',
        { name: 'a', duration: 1, events: { on_expire: { webhook: 'file:///etc/passwd' } } },
        '/events/on_expire/webhook',
      ],
      [
        'a header that smuggles another',
        {
          name: 'a',
          duration: 1,
          events: { on_expire: { webhook: { url: 'https://example.com', headers: { a: 'b\r\nc: d' } } } },
        },
        '/events/on_expire/webhook/headers/a',
      ],
      [
        'an unknown action',
        { name: 'a', duration: 1, events: { on_expire: { actions: [{ type: 'fax' }] } } },
        '/events/on_expire/actions/0/type',
      ],
      ['too many attempts', { name: 'a', duration: 1, retry: { max_attempts: 31 } }, '/retry/max_attempts'],
      ['an id with a slash', { id: 'a/b', name: 'a', duration: 1 }, '/id'],
    ])('refuses %s', async (_, body, pointer) => {
      const problem = await api().refusal(400, 'POST', '/v1/timers', { body });
      expect([problem.code, pointers(problem)]).toEqual(['invalid_request', [pointer]]);
    });

    it('refuses a placeholder that nothing will ever fill', async () => {
      const body = { name: 'a', duration: 1, events: { on_expire: { message: 'hello ${timer.nmae}' } } };
      const problem = await api().refusal(422, 'POST', '/v1/timers', { body });
      expect(problem.code).toBe('unknown_placeholder');
      expect(pointers(problem)[0]).toMatch(/^\/events\/on_expire\/message/);
    });
  });

  describe('POST /v1/timers/batch', () => {
    it('judges each item by itself, in order', async () => {
      const timers = [
        { name: 'a', duration: '1h' },
        { name: '', duration: '1h' },
        { name: 'c', duration: '1h', id: 'conformance-batch' },
        { name: 'c', duration: '1h', id: 'conformance-batch' },
        { name: 'd', duration: '1h', id: 'conformance-batch' },
        'not a timer',
        { name: 'g', duration: '1h', colour: 'red' },
      ];
      const result = await api().read(BatchResult, 200, 'POST', '/v1/timers/batch', { body: { timers } });
      expect(result.results.map(({ status }) => status)).toEqual([201, 400, 201, 200, 409, 400, 400]);
      expect(result).toMatchObject({ created: 3, refused: 4 });
      const [first, second] = result.results;
      expect(first).toMatchObject({ timer: { name: 'a', receipt: { durable: true } } });
      expect(second).toMatchObject({ error: { code: 'invalid_request', errors: [{ pointer: '/name' }] } });
      expect(result.results.at(-1)).toMatchObject({ error: { errors: [{ pointer: '/colour' }] } });
    });

    it('refuses a timer that a request of its own could not hold, and that one alone', async () => {
      const body = 'x'.repeat(MAX_BODY_BYTES);
      const large = {
        name: 'large',
        duration: '1h',
        events: { on_expire: { webhook: { url: 'https://example.com/', body } } },
      };
      const timers = [large, { name: 'small', duration: '1h' }];
      const { results } = await api().read(BatchResult, 200, 'POST', '/v1/timers/batch', {
        body: { timers },
      });
      expect(results).toMatchObject([
        { status: 413, error: { code: 'payload_too_large' } },
        { status: 201, timer: { name: 'small' } },
      ]);
    });

    it('takes a thousand timers at once and no more', async () => {
      const timers = Array.from({ length: MAX_BATCH }, (_, n) => ({
        name: `n${n}`,
        duration: '1h',
        agent_id: 'thousand',
      }));
      const { created } = await api().read(BatchResult, 200, 'POST', '/v1/timers/batch', {
        body: { timers },
      });
      expect(created).toBe(MAX_BATCH);
      const tooMany = { timers: [...timers, { name: 'one more', duration: '1h' }] };
      expect(pointers(await api().refusal(400, 'POST', '/v1/timers/batch', { body: tooMany }))).toEqual([
        '/timers',
      ]);
      expect(
        pointers(await api().refusal(400, 'POST', '/v1/timers/batch', { body: { timers: [] } })),
      ).toEqual(['/timers']);
    });
  });
}

/** The date of the last Sunday of a month, when Europe's clocks change. */
function lastSunday(year: number, month: number): string {
  const end = new Date(Date.UTC(year, month, 0));
  end.setUTCDate(end.getUTCDate() - end.getUTCDay());
  return end.toISOString().slice(0, 10);
}
