import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClockReading, SigningSecrets } from '@minoots/contract';
import type { ApiClient } from '@minoots/core/testing';
import { until } from '@minoots/core/testing';
import { Webhook } from 'standardwebhooks';
import { type DataFolder, makeDataFolder } from './support/data-folder.ts';
import { openReceiver, type Receiver } from './support/receiver.ts';

const DAY_MS = 86_400_000;
/** Generous, since tests share the machine; the benchmark measures what it really is. */
const LATE_MS = 60_000;

describe('time', () => {
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

  describe('that is real', () => {
    it('brings the webhook of a timer of one second, not before its instant, signed (complaint 11)', async () => {
      const api = await data.launch().ready();
      const created = await api.create({
        name: 'tea',
        duration: '1s',
        metadata: { cups: 2 },
        events: hook('/'),
      });
      expect(created.receipt).toMatchObject({ durable: true, engine: 'embedded' });
      const fireAt = Date.parse(created.fire_at ?? '');
      expect(fireAt - Date.parse(created.created_at)).toBe(1_000);
      const request = await until('the webhook', () => receiver.requests[0] ?? null);
      const arrivedAt = Date.now();
      expect(arrivedAt).toBeGreaterThanOrEqual(fireAt);
      expect(arrivedAt).toBeLessThan(fireAt + LATE_MS);

      const { secrets } = await api.get(SigningSecrets, '/v1/signing-secrets');
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const payload = new Webhook(secrets[0] ?? '').verify(request.body, headers);
      expect(payload).toMatchObject({
        event: 'timer.expired',
        timer: { id: created.id, name: 'tea' },
        data: { cups: 2 },
        delivery: { attempt: 1, scheduled_at: created.fire_at },
      });
      expect(() =>
        new Webhook(secrets[0] ?? '').verify(request.body.replace('tea', 'tee'), headers),
      ).toThrow();
      const timer = await until('the timer to expire', async () => {
        const current = await api.timer(created.id);
        return current.status === 'expired' ? current : null;
      });
      expect(timer.drift_ms).toBeGreaterThanOrEqual(0);
      expect(timer.drift_ms).toBeLessThan(LATE_MS);
    });

    it('cannot be moved', async () => {
      const api = await data.launch().ready();
      const problem = await api.refusal(404, 'POST', '/v1/clock/advance', { body: { by: '1h' } });
      expect(problem.code).toBe('not_found');
    });
  });

  describe('that is virtual', () => {
    const launch = () => data.launch({ env: { MINOOTS_CLOCK: 'virtual' } });
    const advance = (api: ApiClient, by: string) =>
      api.read(ClockReading, 200, 'POST', '/v1/clock/advance', { body: { by } });

    it('fires a timer of 60 days on its instant', async () => {
      const api = await launch().ready();
      const { id, fire_at } = await api.create({ duration: '60d', events: hook('/') });
      await advance(api, '59d');
      expect(receiver.requests).toEqual([]);
      const { now } = await advance(api, '2d');
      expect(await api.timer(id)).toMatchObject({ status: 'expired', fired_at: fire_at, drift_ms: 0 });
      expect(receiver.requests).toHaveLength(1);
      expect(Date.parse(now) - Date.parse(fire_at ?? '')).toBe(DAY_MS);
    });

    it('stops at each instant, so that retries and what follows come in their order', async () => {
      const api = await launch().ready();
      const failing = {
        duration: '1h',
        retry: 'standard',
        events: { on_expire: { webhook: 'http://127.0.0.1:9/' } },
      };
      const { id } = await api.create(failing);
      await api.create({ duration: '2h', events: hook('/second') });
      await advance(api, '4d');
      const { status, deliveries, fire_at } = await api.timer(id);
      expect(status).toBe('failed');
      const [first, second, ...others] = deliveries[0]?.attempts.map(({ at }) => Date.parse(at)) ?? [];
      expect(first).toBe(Date.parse(fire_at ?? ''));
      expect(others).toHaveLength(8);
      const gapMs = (second ?? 0) - (first ?? 0);
      expect(gapMs).toBeGreaterThanOrEqual(4_500);
      expect(gapMs).toBeLessThanOrEqual(5_500);
      expect(receiver.to('/second')).toHaveLength(1);
    });

    it('stands still, also over a restart, which fires what the new time makes due', async () => {
      const first = launch();
      const api = await first.ready();
      const overdue = await api.create({ duration: 1, events: hook('/overdue') });
      const later = await api.create({ duration: '1h', events: hook('/later') });
      await until('real time to pass', () => (Date.now() > Date.parse(overdue.fire_at ?? '') ? true : null));
      expect((await api.timer(overdue.id)).status).toBe('running');
      await first.stop('SIGKILL');

      const next = await launch().ready();
      await until('the overdue timer', () => receiver.to('/overdue')[0] ?? null);
      expect((await next.timer(later.id)).status).toBe('running');
      await advance(next, '1h');
      expect(await next.timer(later.id)).toMatchObject({ status: 'expired', drift_ms: 0 });
      expect(receiver.to('/later')).toHaveLength(1);
    });
  });
});
