import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PlanId } from '@minoots/contract';
import { setPlan } from '../app/billing/set-plan.ts';
import { termsOf } from '../app/plans/terms.ts';
import type { Team } from '../domain/team/state.ts';
import type { Timer } from '../domain/timer/state.ts';
import type { Principal } from '../ports/authenticator.ts';
import type { QuotaLedger } from '../ports/quota-ledger.ts';
import type { TeamStore } from '../ports/team-store.ts';
import type { TimerStore } from '../ports/timer-store.ts';
import { FOUNDED_AT, sampleTeam } from './sample-team.ts';
import { sampleTimer } from './sample-timer.ts';

const DAY_MS = 86_400_000;
const OPERATOR: Principal = {
  type: 'api-key',
  id: 'key_operator',
  teamId: 'team_operators',
  scopes: new Set(['service:admin']),
  role: null,
  person: null,
};

/** What an engine says of how long enterprise keeps history, in ms, and the time that it goes by. */
export interface HistoryOptions {
  enterpriseHistoryMs: number;
  clock: { now(): number };
}

export interface HistoryHarness {
  timers: TimerStore;
  teams: TeamStore;
  quotas: QuotaLedger;
  /** What the engine does of itself each day, and what its database does. */
  tend(): Promise<void>;
  close(): Promise<void>;
}

/** Ended timers are kept for as long as the plan of their team says, through all its changes. */
export function historyByPlanContract(
  engine: string,
  open: (options: HistoryOptions) => Promise<HistoryHarness>,
  /** Days after which a timer whose history is over is gone for certain. */
  lateByDays: number,
): void {
  describe(`history by plan on ${engine}`, () => {
    let harness: HistoryHarness;
    let now: number;
    const options: HistoryOptions = { enterpriseHistoryMs: 500 * DAY_MS, clock: { now: () => now } };
    let team: Team;
    beforeEach(async () => {
      now = FOUNDED_AT;
      harness = await open(options);
      team = sampleTeam({ plan: termsOf('free', options) });
      await harness.teams.insert(team, []);
    });
    afterEach(() => harness.close());

    /** Lets days pass of which the engine looks after the first and the last. */
    const pass = async (days: number) => {
      for (const step of days > 1 ? [1, days - 1] : [days]) {
        now += step * DAY_MS;
        await harness.tend();
      }
    };
    const end = async (teamId: string, id: string): Promise<void> => {
      const timer = sampleTimer({ id, teamId }, now - 1);
      await harness.timers.insert([timer]);
      await harness.timers.update({ teamId, timerId: id }, () => ({
        save: cancelled(timer, now),
        result: null,
      }));
    };
    const order = (plan: PlanId) =>
      setPlan({ ...harness, ...options, payments: null }, { principal: OPERATOR }, team.id, plan);
    const isKept = async (timerId: string, teamId = team.id) =>
      (await harness.timers.get({ teamId, timerId })) !== null;

    it('ends for each team by its own plan, and for one that is stored nowhere as enterprise (complaint 12)', async () => {
      await end(team.id, 'free');
      await end('team_operators', 'theirs');
      await pass(29);
      expect(await isKept('free')).toBe(true);
      await pass(1 + lateByDays);
      expect(await isKept('free')).toBe(false);
      expect(await isKept('theirs', 'team_operators')).toBe(true);
    });

    it('is longer at once after a change to a larger plan, also of what has ended before', async () => {
      await end(team.id, 'old');
      await pass(29);
      await order('pro');
      await pass(40);
      expect(await isKept('old')).toBe(true);
      await order('enterprise');
      // What is near its end learns of it, too.
      now += 290 * DAY_MS;
      await pass(10);
      expect(await isKept('old')).toBe(true);
    });

    it('is shorter after a change to a smaller plan, once thirty days have gone', async () => {
      await order('pro');
      await end(team.id, 'old');
      now += 100 * DAY_MS;
      await end(team.id, 'new');
      await order('free');
      await end(team.id, 'after');
      await pass(29);
      expect(await Promise.all(['old', 'new', 'after'].map((id) => isKept(id)))).toEqual([true, true, true]);
      await pass(1 + lateByDays);
      expect(await Promise.all(['old', 'new', 'after'].map((id) => isKept(id)))).toEqual([
        false,
        false,
        false,
      ]);
    });

    it('is as before where a larger plan comes back within those thirty days', async () => {
      await order('pro');
      await end(team.id, 'old');
      now += 100 * DAY_MS;
      await order('free');
      await pass(28);
      await order('pro');
      await pass(10 + lateByDays);
      expect(await isKept('old')).toBe(true);
      now += 255 * DAY_MS;
      await pass(lateByDays);
      expect(await isKept('old')).toBe(false);
    });

    it('of enterprise goes by the setting, also in the days after a change to a smaller plan', async () => {
      await order('enterprise');
      await end(team.id, 'old');
      now += 400 * DAY_MS;
      await order('pro');
      await pass(29);
      expect(await isKept('old')).toBe(true);
      await pass(1 + lateByDays);
      expect(await isKept('old')).toBe(false);
    });
  });
}

function cancelled(timer: Timer, at: number): Timer {
  const phase = { status: 'cancelled', startedAt: at - 1, fireAt: null, settledAt: at } as const;
  return { ...timer, ...phase, version: timer.version + 1 };
}
