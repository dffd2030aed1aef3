import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Timer } from '@minoots/core';
import { sampleTimer } from '@minoots/core/testing';
import { type OpenStore, openStore } from '../../test/support/open-store.ts';
import { SqliteTimerStore } from './timer-store.ts';

const NOW = Date.UTC(2030, 0, 1);
const HOUR_MS = 3_600_000;

describe('SqliteTimerStore', () => {
  let opened: OpenStore<SqliteTimerStore>;
  beforeEach(async () => {
    opened = await openStore((database) => new SqliteTimerStore(database));
  });
  afterEach(() => opened.close());

  it('tells which timers have attempts under way, whatever their status', async () => {
    const lease = { attempt: 1, startedAt: NOW - 1, until: NOW + 90_000 };
    const underWay = { status: 'delivering', lease, nextAttemptAt: null } as const;
    const retrying = { status: 'pending', lease: null, nextAttemptAt: NOW - HOUR_MS } as const;
    const paused = { status: 'paused', startedAt: NOW, remainingMs: 1, totalMs: 1 } as const;
    const timers = [
      withDelivery(sampleTimer({ id: 'running' }, NOW), underWay),
      { ...withDelivery(sampleTimer({ id: 'paused' }, NOW), underWay), ...paused },
      withDelivery(sampleTimer({ id: 'retrying' }, NOW), retrying),
      sampleTimer({ id: 'idle' }, NOW),
    ];
    await opened.store.insert(timers);
    const ids = () =>
      opened.store
        .listDelivering()
        .map(({ timerId }) => timerId)
        .sort();
    expect(ids()).toEqual(['paused', 'running']);
    const ended = withDelivery(sampleTimer({ id: 'running' }, NOW), retrying);
    await opened.store.update({ teamId: 'team_a', timerId: 'running' }, () => ({
      save: ended,
      result: null,
    }));
    expect(ids()).toEqual(['paused']);
  });
});

type Delivery = Timer['deliveries'][number];

function withDelivery(timer: Timer, state: Pick<Delivery, 'status' | 'lease' | 'nextAttemptAt'>): Timer {
  const action = { type: 'message', text: 'hello', toAgent: null } as const;
  const origin = { number: 1, trigger: 'progress', share: 0.5, action } as const;
  return { ...timer, deliveries: [{ ...origin, attemptCount: 1, roundStart: 0, attempts: [], ...state }] };
}
