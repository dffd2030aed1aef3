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

  it('tells which timers may have been delivering, and not those that wait long for a retry', async () => {
    await opened.store.insert([
      firing('leased', {
        lease: { attempt: 1, startedAt: NOW - 1, until: NOW + 90_000 },
        nextAttemptAt: null,
      }),
      firing('overdue', { lease: null, nextAttemptAt: NOW - HOUR_MS }),
      firing('retrying', { lease: null, nextAttemptAt: NOW + HOUR_MS }),
      sampleTimer({ id: 'running' }, NOW),
    ]);
    const ids = opened.store.listFiring(NOW).map(({ timerId }) => timerId);
    expect(ids.sort()).toEqual(['leased', 'overdue']);
  });
});

type Delivery = Timer['deliveries'][number];

function firing(id: string, state: Pick<Delivery, 'lease' | 'nextAttemptAt'>): Timer {
  const timer = sampleTimer({ id }, NOW - HOUR_MS);
  const delivery: Delivery = {
    number: 1,
    trigger: 'expire',
    share: null,
    action: { type: 'message', text: 'hello', toAgent: null },
    status: state.lease === null ? 'pending' : 'delivering',
    attemptCount: 1,
    roundStart: 0,
    attempts: [],
    ...state,
  };
  const fired = { startedAt: NOW - HOUR_MS, fireAt: NOW, firedAt: NOW, driftMs: 0, settledAt: null };
  return { ...timer, ...fired, status: 'firing', deliveries: [delivery] };
}
