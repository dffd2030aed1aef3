import { describe, expect, it } from '@jest/globals';
import { BatchResult, CreatedTimer } from '@minoots/contract';
import { StorageUnavailable } from '../ports/timer-store.ts';
import type { ApiDeps } from './app.ts';
import { createApi } from './app.ts';
import { fakeEngine, KEY, NOW } from './fake-engine.ts';

const TEA = { name: 'tea', duration: 1_000 };
const EVERYTHING = { from: 0, until: Number.MAX_SAFE_INTEGER, limit: 10, after: null };

function post(engine: ApiDeps, path = '/v1/timers', body: object = TEA) {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  return Promise.resolve(
    createApi(engine).request(path, { method: 'POST', headers, body: JSON.stringify(body) }),
  );
}

/** Whatever can go on goes on. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('the receipt of a new timer (complaint 3)', () => {
  it('comes once the timer is durable and its alarm is set, and not before', async () => {
    const engine = fakeEngine();
    const { insert } = engine.timers;
    const [stored, armed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    engine.timers.insert = (timers) => stored.promise.then(() => insert(timers));
    engine.alarms.arm = () => armed.promise;
    let isAnswered = false;
    const answer = post(engine).finally(() => {
      isAnswered = true;
    });
    await turns();
    expect(isAnswered).toBe(false);
    stored.resolve();
    await turns();
    expect(isAnswered).toBe(false);
    armed.resolve();
    const response = await answer;
    expect(response.status).toBe(201);
    expect(CreatedTimer.parse(await response.json()).receipt).toMatchObject({ durable: true });
  });

  it('is not given, nor is an alarm set, where the store takes no write', async () => {
    const engine = fakeEngine();
    const alarms: unknown[] = [];
    engine.alarms.arm = async (alarm) => void alarms.push(alarm);
    engine.timers.insert = () => Promise.reject(new StorageUnavailable('the disk is full'));
    const response = await post(engine);
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(text).not.toContain('receipt');
    expect(JSON.parse(text)).toMatchObject({ code: 'storage_unavailable', retryable: true });
    expect(alarms).toEqual([]);
    expect((await engine.timers.list('team', {}, 10)).timers).toEqual([]);
  });

  it('is not given where the alarm could not be set, though the timer is found once it is due', async () => {
    const engine = fakeEngine();
    engine.alarms.arm = () => Promise.reject(new Error('the alarm clock is away'));
    const response = await post(engine);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('receipt');
    const { due } = await engine.timers.listDue(EVERYTHING);
    expect(due).toMatchObject([{ at: NOW + TEA.duration }]);
  });

  it('is given for each timer of a batch that is stored, and for no other', async () => {
    const engine = fakeEngine();
    const timers = [TEA, { name: '' }, TEA];
    const { results } = BatchResult.parse(await (await post(engine, '/v1/timers/batch', { timers })).json());
    expect(results.map((result) => ('timer' in result ? result.timer.receipt.durable : null))).toEqual([
      true,
      null,
      true,
    ]);
    expect((await engine.timers.listDue(EVERYTHING)).due).toHaveLength(2);
  });
});
