import { checkJobs } from './check-jobs.ts';
import type { Arrival, Observations, TimerObservation } from './observations.ts';

/** A promise that was broken. */
export interface Violation {
  readonly rule: string;
  /** Which timer; null when it concerns none in particular. */
  readonly timerId: string | null;
  readonly detail: string;
}

/**
 * Judges one timer with the webhooks that arrived for it, in order of arrival, and the timers that it was to wait for.
 * Answers what is wrong, or null.
 */
type Rule = (
  timer: TimerObservation,
  arrivals: readonly Arrival[],
  parents: readonly TimerObservation[],
) => string | null;

const FIRED = ['firing', 'expired', 'failed'];

const RULES: Readonly<Record<string, Rule>> = {
  'an acknowledged timer is lost': ({ acknowledged, end }) =>
    acknowledged && !end ? 'the service does not know it any more' : null,

  'an acknowledged timer has not fired': ({ acknowledged, end }) => {
    if (!acknowledged || !end || end.status === 'cancelled') return null;
    if (end.status !== 'expired') return `it ended as ${end.status}`;
    return end.fires.length === 0 ? 'its log has no timer.fired entry' : null;
  },

  'a timer fired twice': ({ end }) => {
    if (!end || end.fires.length < 2) return null;
    return `timer.fired entries of generations ${end.fires.map((fire) => fire.generation).join(', ')}`;
  },

  'a fired timer sent no webhook': ({ end }, arrivals) =>
    end && FIRED.includes(end.status) && arrivals.length === 0 ? 'the receiver saw none' : null,

  'a timer has several webhook ids': (_timer, arrivals) => {
    const ids = new Set(arrivals.map((arrival) => arrival.webhookId));
    return ids.size > 1 ? [...ids].join(', ') : null;
  },

  'a timer fired early': ({ end }, arrivals) => {
    if (!end || end.fireAt === null) return null;
    const first = Math.min(...arrivals.map((arrival) => arrival.at), ...end.fires.map((fire) => fire.at));
    return first < end.fireAt ? `${end.fireAt - first} ms before it was due` : null;
  },

  'a cancelled timer fired': ({ acknowledged, end }, arrivals) => {
    if (!acknowledged?.cancelled && end?.status !== 'cancelled') return null;
    if (end && end.status !== 'cancelled')
      return `the cancel was acknowledged, yet it ended as ${end.status}`;
    if (arrivals.length > 0) return `${arrivals.length} webhooks arrived`;
    return end && end.fires.length > 0 ? 'its log has a timer.fired entry' : null;
  },

  'an acknowledged change is lost': ({ acknowledged, end }) => {
    if (!acknowledged || !end) return null;
    if (end.generation < acknowledged.generation) {
      return `generation ${acknowledged.generation} was acknowledged, the end shows ${end.generation}`;
    }
    const sameClock = end.generation === acknowledged.generation && acknowledged.fireAt !== null;
    return sameClock && end.fireAt !== acknowledged.fireAt
      ? 'it fired by another clock than was acknowledged'
      : null;
  },

  'a timer did not wait for its parents': ({ end }, _arrivals, parents) => {
    if (!end || end.startedAt === null) return null;
    const { startedAt } = end;
    const early = parents.find((parent) => !parent.end?.fires.some((fire) => fire.at <= startedAt));
    return early ? `it started at ${startedAt}, when ${early.id} had not fired` : null;
  },

  'a timer did not follow its parents': ({ acknowledged, end }, _arrivals, parents) => {
    if (!end || parents.length === 0) return null;
    const failed = parents.find((parent) => parent.end?.status === 'cancelled');
    if (failed)
      return end.status === 'cancelled' ? null : `${failed.id} was cancelled, it ended as ${end.status}`;
    return end.status === 'cancelled' && !acknowledged?.cancelled
      ? 'it was cancelled, and neither a client nor a parent is to blame'
      : null;
  },

  'a signature does not verify': (_timer, arrivals) =>
    arrivals.find((arrival) => arrival.signatureError !== null)?.signatureError ?? null,
};

/** Finds every broken promise in what was observed; none means that the run passed. */
export function check({ timers, arrivals, work, surprises }: Observations): Violation[] {
  const byTimer = Map.groupBy(arrivals, (arrival) => arrival.timerId);
  const byId = new Map(timers.map((timer) => [timer.id, timer]));
  const parentsOf = ({ end }: TimerObservation) => end?.dependsOn.flatMap((id) => byId.get(id) ?? []) ?? [];
  const broken = timers.flatMap((timer) =>
    Object.entries(RULES).flatMap(([rule, judge]) => {
      const detail = judge(timer, byTimer.get(timer.id) ?? [], parentsOf(timer));
      return detail === null ? [] : [{ rule, timerId: timer.id, detail }];
    }),
  );
  return [
    ...broken,
    ...checkJobs(timers, work),
    ...repeats(timers),
    ...strangers(timers, arrivals),
    ...surprises.map(surprise),
  ];
}

function repeats(timers: readonly TimerObservation[]): Violation[] {
  const byOrigin = Map.groupBy(timers, (timer) => timer.origin);
  return [...byOrigin.values()]
    .filter((siblings) => siblings.length > 1)
    .map((siblings) => ({
      rule: 'one create made several timers',
      timerId: siblings[0]?.id ?? null,
      detail: siblings.map((timer) => timer.id).join(', '),
    }));
}

function strangers(timers: readonly TimerObservation[], arrivals: readonly Arrival[]): Violation[] {
  const known = new Set(timers.map((timer) => timer.id));
  return arrivals
    .filter((arrival) => !known.has(arrival.timerId))
    .map(({ timerId, webhookId }) => ({
      rule: 'a webhook of no known timer arrived',
      timerId,
      detail: webhookId,
    }));
}

function surprise(detail: string): Violation {
  return { rule: 'an unexpected answer', timerId: null, detail };
}
