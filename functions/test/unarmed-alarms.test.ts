import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alarm } from '@minoots/core';
import { UNARMED_TTL_MS, UnarmedAlarms } from '../src/alarms/unarmed-alarms.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

const NOW = Date.UTC(2030, 0, 1);

describe('UnarmedAlarms', () => {
  let database: OpenFirestore;
  let alarms: UnarmedAlarms;
  const clock = { ms: NOW, now: () => clock.ms };
  beforeEach(async () => {
    database = await openFirestore();
    clock.ms = NOW;
    alarms = new UnarmedAlarms(database.firestore, clock);
  });
  afterEach(() => database.close());

  const alarm = (timerId: string, generation = 1): Alarm => ({
    teamId: 'team_a',
    timerId,
    at: NOW + 60_000,
    generation,
  });

  /** A second apart. */
  async function remember(...each: Alarm[]): Promise<void> {
    for (const one of each) {
      await alarms.remember(one);
      clock.ms += 1_000;
    }
  }

  it('lists what it remembers, oldest first, as many as are asked for', async () => {
    const remembered = Array.from({ length: 12 }, (_, index) => alarm(`tmr_${index}`));
    await remember(...remembered);
    expect(await alarms.list(100)).toEqual(remembered);
    expect(await alarms.list(5)).toEqual(remembered.slice(0, 5));
  });

  it('remembers an alarm once, at its first place', async () => {
    await remember(alarm('tmr_1'), alarm('tmr_2'), alarm('tmr_1'));
    expect(await alarms.list(10)).toEqual([alarm('tmr_1'), alarm('tmr_2')]);
  });

  it('forgets the very alarm and no other of the same timer', async () => {
    await remember(alarm('tmr_1', 1), alarm('tmr_1', 2));
    await alarms.forget(alarm('tmr_1', 1));
    await alarms.forget(alarm('tmr_1', 1));
    expect(await alarms.list(10)).toEqual([alarm('tmr_1', 2)]);
  });

  it('lists none whose time is over, deleted or not', async () => {
    await remember(alarm('tmr_1'));
    clock.ms = NOW + UNARMED_TTL_MS - 1;
    expect(await alarms.list(10)).toHaveLength(1);
    clock.ms = NOW + UNARMED_TTL_MS;
    expect(await alarms.list(10)).toEqual([]);
  });
});
