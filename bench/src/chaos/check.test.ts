import { describe, expect, it } from '@jest/globals';
import { check } from './check.ts';
import type { Arrival, Observations, TimerObservation } from './observations.ts';

const DUE = 1_000_000;

function timer(change: Partial<TimerObservation> = {}): TimerObservation {
  return {
    id: 'tmr_a',
    origin: 1,
    job: null,
    acknowledged: { generation: 1, fireAt: DUE, cancelled: false },
    end: {
      status: 'expired',
      generation: 1,
      fireAt: DUE,
      startedAt: DUE - 1_000,
      dependsOn: [],
      jobs: [],
      fires: [{ generation: 1, at: DUE + 2 }],
    },
    ...change,
  };
}

function ended(change: Partial<NonNullable<TimerObservation['end']>>): TimerObservation {
  return timer({
    end: {
      status: 'expired',
      generation: 1,
      fireAt: DUE,
      startedAt: DUE - 1_000,
      dependsOn: [],
      jobs: [],
      fires: [{ generation: 1, at: DUE + 2 }],
      ...change,
    },
  });
}

function arrival(change: Partial<Arrival> = {}): Arrival {
  return { origin: 1, timerId: 'tmr_a', webhookId: 'dlv_1', at: DUE + 5, signatureError: null, ...change };
}

function rulesBrokenBy(observations: Partial<Observations>): string[] {
  const work = { marks: [], files: new Map() };
  const complete = { timers: [timer()], arrivals: [arrival()], work, surprises: [], ...observations };
  return check(complete).map((violation) => violation.rule);
}

const cancelled = { status: 'cancelled', generation: 2, fires: [] };

describe('check', () => {
  it('is content with a timer that fired once, whatever the number of identical webhooks', () => {
    expect(rulesBrokenBy({})).toEqual([]);
    expect(rulesBrokenBy({ arrivals: [arrival(), arrival({ at: DUE + 900 })] })).toEqual([]);
  });

  it('is content with a cancelled timer that stayed silent', () => {
    const acknowledged = { generation: 2, fireAt: null, cancelled: true };
    expect(rulesBrokenBy({ timers: [{ ...ended(cancelled), acknowledged }], arrivals: [] })).toEqual([]);
  });

  it('is content with a chain that fired, and with one that was cancelled', () => {
    const fired = [
      timer(),
      { ...ended({ dependsOn: ['tmr_a'], startedAt: DUE + 2 }), id: 'tmr_b', origin: 2 },
    ];
    const arrivals = [arrival(), arrival({ timerId: 'tmr_b', origin: 2 })];
    expect(rulesBrokenBy({ timers: fired, arrivals })).toEqual([]);
    const acknowledged = { generation: 2, fireAt: null, cancelled: true };
    const follower = ended({ ...cancelled, dependsOn: ['tmr_a'], startedAt: null });
    const stopped = [
      { ...ended(cancelled), acknowledged },
      {
        ...follower,
        id: 'tmr_b',
        origin: 2,
        acknowledged: { ...acknowledged, generation: 1, cancelled: false },
      },
    ];
    expect(rulesBrokenBy({ timers: stopped, arrivals: [] })).toEqual([]);
  });

  it.each<
    [string, Partial<NonNullable<TimerObservation['end']>>, Partial<NonNullable<TimerObservation['end']>>]
  >([
    ['a timer did not wait for its parents', {}, { startedAt: DUE + 1 }],
    ['a timer did not follow its parents', {}, { ...cancelled, startedAt: null }],
    [
      'a timer did not follow its parents',
      { ...cancelled, startedAt: null },
      { status: 'waiting', startedAt: null },
    ],
  ])('finds in a chain that %s', (rule, parent, child) => {
    const acknowledged = { generation: 1, fireAt: null, cancelled: false };
    const timers = [
      { ...ended(parent), id: 'tmr_b', origin: 2, acknowledged },
      { ...ended({ dependsOn: ['tmr_b'], ...child }), acknowledged },
    ];
    const arrivals = [arrival(), arrival({ timerId: 'tmr_b', origin: 2 })].filter(
      ({ timerId }) => timers.find(({ id }) => id === timerId)?.end?.status === 'expired',
    );
    expect(rulesBrokenBy({ timers, arrivals })).toContain(rule);
  });

  it('lets a timer be absent when its create was never acknowledged', () => {
    expect(rulesBrokenBy({ timers: [timer({ acknowledged: null, end: null })], arrivals: [] })).toEqual([]);
  });

  it.each<[string, Partial<Observations>]>([
    ['an acknowledged timer is lost', { timers: [timer({ end: null })], arrivals: [] }],
    [
      'an acknowledged timer has not fired',
      { timers: [ended({ status: 'running', fires: [] })], arrivals: [] },
    ],
    ['an acknowledged timer has not fired', { timers: [ended({ status: 'failed' })] }],
    ['an acknowledged timer has not fired', { timers: [ended({ fires: [] })] }],
    [
      'a timer fired twice',
      {
        timers: [
          ended({
            fires: [
              { generation: 1, at: DUE },
              { generation: 1, at: DUE },
            ],
          }),
        ],
      },
    ],
    [
      'a timer fired twice',
      {
        timers: [
          ended({
            fires: [
              { generation: 1, at: DUE },
              { generation: 2, at: DUE },
            ],
          }),
        ],
      },
    ],
    ['a fired timer sent no webhook', { arrivals: [] }],
    ['a timer has several webhook ids', { arrivals: [arrival(), arrival({ webhookId: 'dlv_2' })] }],
    ['a timer fired early', { arrivals: [arrival({ at: DUE - 1 })] }],
    ['a timer fired early', { timers: [ended({ fires: [{ generation: 1, at: DUE - 1 }] })] }],
    ['a cancelled timer fired', { timers: [ended(cancelled)] }],
    [
      'a cancelled timer fired',
      { timers: [ended({ ...cancelled, fires: [{ generation: 2, at: DUE }] })], arrivals: [] },
    ],
    [
      'a cancelled timer fired',
      { timers: [timer({ acknowledged: { generation: 1, fireAt: DUE, cancelled: true } })] },
    ],
    [
      'an acknowledged change is lost',
      { timers: [timer({ acknowledged: { generation: 2, fireAt: DUE, cancelled: false } })] },
    ],
    [
      'an acknowledged change is lost',
      { timers: [timer({ acknowledged: { generation: 1, fireAt: DUE - 1, cancelled: false } })] },
    ],
    ['a signature does not verify', { arrivals: [arrival({ signatureError: 'no matching signature' })] }],
    [
      'one create made several timers',
      {
        timers: [timer(), timer({ id: 'tmr_b' })],
        arrivals: [arrival(), arrival({ timerId: 'tmr_b', webhookId: 'dlv_b' })],
      },
    ],
    ['a webhook of no known timer arrived', { arrivals: [arrival(), arrival({ timerId: 'tmr_z' })] }],
    ['an unexpected answer', { surprises: ['POST /v1/timers answered 500'] }],
  ])('finds that %s', (rule, observations) => {
    expect(rulesBrokenBy(observations)).toEqual([rule]);
  });
});
