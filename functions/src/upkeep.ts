import {
  type CounterCounts,
  type Deps,
  type ErasureCounts,
  type Plans,
  type TendCounts,
  tendCounters,
  tendEndpoints,
  tendErasures,
  tendSchedules,
} from '@minoots/core';
import type { Firestore } from 'firebase-admin/firestore';
import type { SweepCounts } from './alarms/sweeper.ts';
import type { StoredClock } from './clock/stored-clock.ts';
import { type PurgeCounts, purgeExpired } from './stores/expired.ts';
import { reviseHistories } from './stores/history-revision.ts';

/** Documents of each collection that one purge deletes at most: within the time that it has. */
const PURGE_LIMIT = 100_000;

/** What is done from time to time, whoever asks for something. */
export interface Upkeep {
  /** Looks after alarms, then after schedules, endpoints, counters and deleted teams. */
  sweep(): Promise<
    SweepCounts & Pick<TendCounts, 'tended'> & Pick<CounterCounts, 'repaired'> & Pick<ErasureCounts, 'erased'>
  >;
  /** Tells ended timers of changed plans, then deletes what is over. */
  purge(): Promise<{ deleted: PurgeCounts; revised: number }>;
}

export interface UpkeepOptions {
  deps: Deps;
  firestore: Firestore;
  /** The clock that is moved by hand; null where time is real. */
  stored: StoredClock | null;
  sweepAlarms: () => Promise<SweepCounts>;
  /** The plans as they are, with nothing remembered. */
  freshPlans: () => Plans;
}

/** Puts together what is done from time to time. */
export function upkeep({ deps, firestore, stored, sweepAlarms, freshPlans }: UpkeepOptions): Upkeep {
  return {
    async sweep() {
      await stored?.refresh();
      const counts = await sweepAlarms();
      const schedules = await tendSchedules(deps);
      const endpoints = await tendEndpoints(deps);
      const counters = await tendCounters(deps);
      const erasures = await tendErasures(deps);
      return {
        ...counts,
        tended: schedules.tended + endpoints.tended,
        repaired: counters.repaired,
        erased: erasures.erased,
        failed: counts.failed + schedules.failed + endpoints.failed + counters.failed + erasures.failed,
      };
    },
    async purge() {
      await stored?.refresh();
      const now = deps.clock.now();
      const revised = await reviseHistories({ firestore, plans: freshPlans(), now, limit: PURGE_LIMIT });
      return { deleted: await purgeExpired(firestore, now, PURGE_LIMIT), revised };
    },
  };
}
