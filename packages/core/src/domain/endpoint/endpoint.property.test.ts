import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Admission, admit } from './admit.ts';
import { pauseByHand, resumeByHand } from './by-hand.ts';
import { learnFailure, learnSuccess, missProbe } from './learn.ts';
import { type Endpoint, PAUSE_AFTER_FAILURES, PAUSE_AFTER_MS, type Pause, PROBE_GAPS_MS } from './state.ts';
import { chooseProber, lookAt, releasedUntil, withoutNotices, withoutThePast } from './upkeep.ts';

const NOW = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NAME = { id: 'end_1', teamId: 'team_1', url: 'https://a.example/' };
const ORIGIN = { timerId: 'tmr_1', timerName: 'tea', deliveryId: 'dlv_1_1_tmr_1' };
const RUNS = { numRuns: 500 };

type Order =
  | { type: 'fail' | 'succeed' | 'admit' | 'miss'; attempt: string; isGone: boolean }
  | { type: 'pause' | 'resume' | 'told' | 'released' | 'chosen' | 'past' };

interface Moment {
  order: Order;
  now: number;
  before: Endpoint | null;
  after: Endpoint | null;
  admission: Admission | null;
}

const order: fc.Arbitrary<Order> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        type: fc.constantFrom('fail' as const, 'fail' as const, 'fail' as const, 'admit' as const),
        attempt: fc.constantFrom('a', 'b', 'c'),
        isGone: fc.integer({ min: 0, max: 20 }).map((n) => n === 0),
      },
      { noNullPrototype: true },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom('succeed' as const, 'miss' as const),
      attempt: fc.constantFrom('a', 'b', 'c'),
      isGone: fc.constant(false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom(
        'pause' as const,
        'resume' as const,
        'told' as const,
        'released' as const,
        'chosen' as const,
        'past' as const,
      ),
    }),
  },
);
const steps = fc.array(
  fc.record({ order, afterMs: fc.oneof(fc.nat(10 * MINUTE), fc.nat(2 * HOUR), fc.nat(9 * 24 * HOUR)) }),
  { maxLength: 80, size: 'max' },
);

function carryOut(
  before: Endpoint | null,
  told: Order,
  now: number,
): Omit<Moment, 'now' | 'before' | 'order'> {
  const plain = (after: Endpoint | null) => ({ after, admission: null });
  const made = 'attempt' in told ? { attempt: told.attempt, origin: ORIGIN, at: now } : null;
  if (made !== null && told.type === 'fail') {
    const failed = { ...made, error: 'answered 500', isGone: told.isGone };
    return plain(learnFailure(before, NAME, failed, now));
  }
  if (told.type === 'pause') return plain(pauseByHand(before, NAME, { by: 'key_1', reason: null }, now));
  if (before === null) return plain(null);
  switch (told.type) {
    case 'admit': {
      const due = { attempt: told.attempt, timerId: `tmr_${told.attempt}`, until: now + MINUTE };
      const { endpoint, admission } = admit(before, due, now);
      return { after: endpoint, admission };
    }
    case 'succeed':
      return plain(made && learnSuccess(before, made, now));
    case 'miss':
      return plain(missProbe(before, told.attempt, now));
    case 'resume': {
      const result = resumeByHand(before, 'key_1', now);
      return plain(result.ok ? result.value : before);
    }
    case 'told':
      return plain(withoutNotices(before, before.notices));
    case 'released':
      return plain(
        before.release && releasedUntil(before, before.release, { nextAt: now, isThrough: true }, now),
      );
    case 'chosen':
      return plain(chooseProber(before, 'tmr_a', now));
    case 'past':
      return plain(withoutThePast(before, now));
    default:
      throw new Error(`nobody carries out ${told.type}`);
  }
}

/** Says that something holds at every moment of every life of an endpoint. */
function everyLife(check: (moments: Moment[]) => void): void {
  fc.assert(
    fc.property(steps, (all) => {
      let now = NOW;
      let endpoint: Endpoint | null = null;
      const moments: Moment[] = [];
      for (const step of all) {
        now += step.afterMs;
        const before: Endpoint | null = endpoint;
        const { after, admission } = carryOut(before, step.order, now);
        // What there was to release is forgotten with it in this model.
        endpoint = step.order.type === 'released' && after === null ? before : after;
        moments.push({ order: step.order, now, before, after: endpoint, admission });
      }
      check(moments);
    }),
    RUNS,
  );
}

const always = (check: (moment: Moment) => void) => everyLife((moments) => moments.forEach(check));
const pauseOf = (endpoint: Endpoint | null): Pause | null =>
  endpoint?.status === 'paused' ? endpoint.pause : null;

describe('an endpoint', () => {
  it('is paused by the service at 410, or when all attempts of an hour failed and at least 20 did', () => {
    everyLife((moments) => {
      let failedAt: number[] = [];
      for (const { order: told, before, after, now } of moments) {
        if (told.type === 'fail') failedAt.push(now);
        const pause = pauseOf(after);
        if (pause?.by === 'service' && pauseOf(before) === null) {
          const [first = now] = failedAt;
          const isHopeless = failedAt.length >= PAUSE_AFTER_FAILURES && now - first >= PAUSE_AFTER_MS;
          expect(isHopeless || ('isGone' in told && told.isGone)).toBe(true);
        }
        if (told.type === 'fail' && after?.status === 'failing') {
          const [first = now] = failedAt;
          const isHopeless = failedAt.length >= PAUSE_AFTER_FAILURES && now - first >= PAUSE_AFTER_MS;
          expect(isHopeless).toBe(false);
        }
        if ((after?.failures ?? null) === null) failedAt = [];
      }
    });
  });

  it('counts every failure since the last success', () => {
    always(({ order: told, before, after, now }) => {
      if (told.type === 'fail') {
        expect(after?.failures?.count).toBe((before?.failures?.count ?? 0) + 1);
        expect(after?.failures?.last.at).toBe(now);
        expect(after?.failures?.since).toBe(before?.failures?.since ?? now);
      }
      if (told.type === 'succeed') expect(after?.failures ?? null).toBeNull();
    });
  });

  it('resumes at a success unless somebody has paused it', () => {
    always(({ order: told, before, after }) => {
      if (told.type !== 'succeed') return;
      const isByHand = pauseOf(before)?.by === 'key_1';
      expect(after?.status === 'paused').toBe(isByHand);
      expect(after?.status).not.toBe('failing');
    });
  });

  it('takes no attempt while it is paused but one at a time, and that when a probe is due', () => {
    always(({ before, after, admission, now }) => {
      const pause = pauseOf(before);
      if (admission === null || pause === null) return;
      if (admission.type === 'postpone') {
        if (admission.until !== null) expect(admission.until).toBeGreaterThan(now);
        return;
      }
      expect(now).toBeGreaterThanOrEqual(pause.probeAt ?? Number.POSITIVE_INFINITY);
      expect(pause.probe?.until ?? 0).toBeLessThanOrEqual(now);
      expect(pauseOf(after)?.probe).toEqual({ attempt: expect.any(String), until: now + MINUTE });
    });
  });

  it('takes any attempt while it is not paused', () => {
    always(({ before, admission }) => {
      if (admission !== null && before?.status !== 'paused') expect(admission).toEqual({ type: 'go' });
    });
  });

  it('is probed after 1, 5, 15, 60 minutes and then every hour while the probes fail', () => {
    let endpoint: Endpoint | null = null;
    let now = NOW;
    while (endpoint?.status !== 'paused') {
      now += 10 * MINUTE;
      endpoint = learnFailure(endpoint, NAME, { ...attemptAt(now), isGone: false }, now);
    }
    const gaps: number[] = [];
    for (let probes = 0; probes < 6; probes++) {
      const at = pauseOf(endpoint)?.probeAt ?? 0;
      gaps.push((at - now) / MINUTE);
      now = at;
      const admitted = admit(endpoint, { attempt: 'probe', timerId: 't', until: now + MINUTE }, now);
      endpoint = learnFailure(admitted.endpoint, NAME, { ...attemptAt(now), isGone: false }, now);
    }
    expect(gaps).toEqual([1, 5, 15, 60, 60, 60]);
  });

  it('is not asked again before an hour has passed when it wants no more', () => {
    const gone = learnFailure(null, NAME, { ...attemptAt(NOW), isGone: true }, NOW);
    expect(pauseOf(gone)?.probeAt).toBe(NOW + (PROBE_GAPS_MS.at(-1) ?? 0));
  });

  it('names one delivery for each probe, and lets the others wait', () => {
    const paused = learnFailure(null, NAME, { ...attemptAt(NOW), isGone: true }, NOW);
    const due = (timerId: string) => ({ attempt: timerId, timerId, until: NOW + MINUTE });
    const first = admit(paused, due('tmr_a'), NOW);
    const second = admit(first.endpoint, due('tmr_b'), NOW);
    expect(first.admission).toMatchObject({ type: 'postpone', until: NOW + HOUR });
    expect(second.admission).toMatchObject({ type: 'postpone', until: null });
    expect(second.endpoint).toBe(first.endpoint);
  });

  it('leaves word whenever it is paused and whenever it resumes', () => {
    always(({ order: told, before, after, now }) => {
      const [was, is] = [pauseOf(before), pauseOf(after)];
      const isPaused = is !== null && is.at !== was?.at;
      const isResumed = was !== null && after?.status === 'resumed' && told.type !== 'past';
      const last = after?.notices.at(-1);
      if (isPaused) expect(last).toMatchObject({ type: 'paused', at: now });
      if (isResumed) {
        expect(last).toMatchObject({ type: 'resumed', at: now });
        expect(after.release).toEqual({ since: now, nextAt: now, isThrough: false });
      }
    });
  });

  it('is looked after as long as there is anything left to do', () => {
    always(({ after }) => {
      if (after === null) return;
      const isAtRest = pauseOf(after)?.probeAt === null && after.notices.length === 0;
      expect(lookAt(after) === null).toBe(isAtRest);
    });
  });

  it('is forgotten in the end, unless somebody has paused it', () => {
    always(({ after, now }) => {
      let endpoint = after;
      for (let looks = 0, at = now; looks < 20 && endpoint !== null; looks++) {
        const look = lookAt(endpoint);
        if (look === null) break;
        at = Math.max(at, look);
        endpoint = withoutNotices(endpoint, endpoint.notices);
        const { release } = endpoint;
        if (release !== null)
          endpoint = releasedUntil(endpoint, release, { nextAt: at, isThrough: true }, at);
        if (endpoint.status === 'paused') endpoint = chooseProber(endpoint, null, at);
        endpoint = withoutThePast(endpoint, at + 10 * 24 * HOUR);
      }
      if (endpoint !== null) expect(pauseOf(endpoint)?.probeAt).toBeNull();
    });
  });

  it('survives being written down as JSON', () => {
    always(({ after }) => {
      expect(JSON.parse(JSON.stringify(after))).toStrictEqual(after);
    });
  });
});

function attemptAt(at: number) {
  return { attempt: 'probe', origin: ORIGIN, at, error: 'answered 500' };
}
