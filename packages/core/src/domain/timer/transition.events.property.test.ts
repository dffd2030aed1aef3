import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '@minoots/contract';
import { always, entriesOf, everyLife, newsOf } from '../../testing/timer-lives.ts';
import { actionsOf } from './deliveries.ts';
import type { NewLogEntry, Timer, Trigger } from './state.ts';
import { shareAt } from './time.ts';

const TRIGGERS: Partial<Record<NewLogEntry['type'], Trigger>> = {
  'timer.fired': 'expire',
  'timer.cancelled': 'cancel',
  'timer.failed': 'failure',
  'timer.progress': 'progress',
};
const PENDING = ['waiting', 'running', 'paused'];

describe('the events of a timer', () => {
  it('set off the actions for what happened, once each, and no others', () => {
    always(({ before, after, effects }) => {
      const due = entriesLogged(effects).flatMap(({ type, data }) => {
        const trigger = TRIGGERS[type];
        if (trigger === undefined || (trigger === 'progress' && data?.share === undefined)) return [];
        return actionsOf(before.events, trigger).map((action) => ({ trigger, action }));
      });
      const made = after.deliveries.filter(({ number }) => number > lastNumber(before));
      expect(made.map(({ trigger, action }) => ({ trigger, action }))).toEqual(due);
    });
  });

  it('tell or pass over each share of the span once after each touch, in rising order', () => {
    everyLife(({ events }, moments) => {
      const shares = events.progress?.shares ?? [];
      let seen: JsonValue[] = [];
      for (const { effects, after } of moments) {
        if (entriesOf(effects, 'timer.touched').length > 0) seen = [];
        for (const { data } of entriesOf(effects, 'timer.progress')) {
          if (Array.isArray(data?.passed_over)) seen.push(...data.passed_over);
          if (data?.share !== undefined) seen.push(data.share);
        }
        expect(seen).toEqual(shares.slice(0, seen.length));
        expect(after.progressTold).toBe(seen.length);
      }
    });
  });

  it('tell a share when it is reached, and no later one', () => {
    always(({ before, now, effects }) => {
      for (const { data } of entriesOf(effects, 'timer.progress')) {
        if (before.status !== 'running') throw new Error(`told the progress of a ${before.status} timer`);
        if (data?.share === undefined) continue;
        expect(shareAt(before, Number(data.share))).toBeLessThanOrEqual(now);
        expect(now).toBeLessThan(before.fireAt);
      }
    });
  });

  it('leave no share behind when the timer fires on time', () => {
    always(({ after, effects }) => {
      const [fired] = entriesOf(effects, 'timer.fired');
      if (fired === undefined || fired.message === 'Fired by request') return;
      expect(after.progressTold).toBe(after.events.progress?.shares.length ?? 0);
    });
  });

  it('leave status and drift alone, unless it is a delivery of the expiry that ends', () => {
    always(({ before, after, command }) => {
      if (command.type !== 'record-outcome') return;
      const delivery = before.deliveries.find(({ number }) => number === command.deliveryNumber);
      if (delivery?.trigger === 'expire') return;
      expect([after.status, driftOf(after)]).toEqual([before.status, driftOf(before)]);
    });
  });
});

describe('the outbox of a timer', () => {
  it('takes in every firing and every end while somebody depends on it, and they are told at once', () => {
    always((moment) => {
      const { before, after } = moment;
      const isNews = after.status !== before.status && !PENDING.includes(after.status);
      const news = newsOf(moment).filter(({ type }) => type === 'wake-dependents');
      expect(news).toHaveLength(isNews && before.hasDependents ? 1 : 0);
      expect(after.outbox).toEqual(expect.arrayContaining(news));
    });
  });

  it('asks for the next occurrence exactly once, when the timer stops pending', () => {
    everyLife(({ scheduleId }, moments) => {
      const asked = moments.flatMap(newsOf).filter(({ type }) => type === 'spawn-next');
      const isPending = PENDING.includes(moments.at(-1)?.after.status ?? 'running');
      expect(asked).toHaveLength(scheduleId === null || isPending ? 0 : 1);
    });
  });

  it('loses nothing to any command, and to clearing only what has been told', () => {
    always(({ before, after, command }) => {
      const untilVersion = command.type === 'clear-outbox' ? command.untilVersion : 0;
      const kept = before.outbox.filter(({ version }) => version > untilVersion);
      expect(after.outbox).toEqual(expect.arrayContaining(kept));
    });
  });
});

function entriesLogged(effects: Parameters<typeof entriesOf>[0]): NewLogEntry[] {
  return effects.flatMap((effect) => (effect.type === 'notify' ? [effect.entry] : []));
}

function lastNumber({ deliveries }: Timer): number {
  return deliveries.at(-1)?.number ?? 0;
}

function driftOf(timer: Timer): number | null {
  return 'driftMs' in timer ? timer.driftMs : null;
}
