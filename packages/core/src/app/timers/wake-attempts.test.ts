import { describe, expect, it } from '@jest/globals';
import { fakeEngine, NOW } from '../../api/fake-engine.ts';
import type { WebhookAction } from '../../domain/action.ts';
import { onExpire } from '../../domain/timer/test-timer.ts';
import { StorageUnavailable, type TimerStore } from '../../ports/timer-store.ts';
import { sampleTimer } from '../../testing/sample-timer.ts';
import { wakeTimer } from './wake.ts';

const SUCCEEDED = {
  at: NOW,
  durationMs: 1,
  outcome: 'succeeded',
  responseStatus: 204,
  responseBody: null,
  error: null,
  retryAfterMs: null,
} as const;

function webhook(url: string): WebhookAction {
  return { type: 'webhook', url, method: 'POST', headers: {}, body: null, timeoutMs: 1_000 };
}

describe('wakeTimer', () => {
  // A cloud takes the processor away from an instance that has answered.
  it('has no attempt under way any more when it rejects', async () => {
    const slow = Promise.withResolvers<void>();
    const engine = fakeEngine();
    const timer = sampleTimer(
      {
        events: onExpire([webhook('https://a.example'), webhook('https://slow.example')]),
        when: { type: 'span', ms: 0 },
      },
      NOW,
    );
    await engine.timers.insert([timer]);
    let updates = 0;
    let elapsedMs = 0;
    const timers: TimerStore = {
      ...engine.timers,
      update: async (key, decide) => {
        if (++updates !== 2) return engine.timers.update(key, decide);
        setImmediate(slow.resolve);
        // Too late for another try.
        elapsedMs += 3_600_000;
        throw new StorageUnavailable('told to fail');
      },
    };
    const perform = async ({ url }: WebhookAction) => {
      if (url.includes('slow')) await slow.promise;
      return SUCCEEDED;
    };
    const realTime = { ...engine.realTime, now: () => elapsedMs };
    const deps = { ...engine, timers, realTime, performers: { ...engine.performers, webhook: { perform } } };
    const alarm = { teamId: timer.teamId, timerId: timer.id, at: NOW, generation: 1 };
    await expect(wakeTimer(deps, alarm)).rejects.toThrow(StorageUnavailable);
    const woken = await engine.timers.get(alarm);
    expect(woken?.deliveries.map(({ status }) => status)).toEqual(['delivering', 'succeeded']);
  });
});
