import { hasExhausted } from '../domain/timer/deliveries.ts';
import { placesOf } from '../domain/timer/places.ts';
import { awaitedEndpoints } from '../domain/timer/postponement.ts';
import type { Timer } from '../domain/timer/state.ts';
import { alarmAt, isIdle, isTerminal, jobAt } from '../domain/timer/time.ts';
import { type Limit, LimitReached, type OverLimit } from '../ports/quota-ledger.ts';
import {
  type DueTimer,
  type FollowerRange,
  InvalidPosition,
  type TimerFilter,
  type TimerKey,
  type TimerStore,
} from '../ports/timer-store.ts';

/** Timers in memory: every change takes place in one step and is as durable as the object. */
export function memoryTimerStore(): TimerStore {
  const rows = new Map<string, Timer>();
  const all = () => [...rows.values()];
  const parentsOf = ({ dependencies }: Timer) => dependencies?.parents.map(({ id }) => id) ?? [];
  return {
    insert: async (timers, limits = []) =>
      timers.map((timer) => {
        const existing = rows.get(nameOf(keyOf(timer)));
        if (existing !== undefined) return { inserted: false, existing };
        const overLimit = fullOf(all(), timer.teamId, placesOf(timer), limits);
        if (overLimit !== null) return { inserted: false, overLimit };
        rows.set(nameOf(keyOf(timer)), timer);
        return { inserted: true };
      }),
    update: async (key, decide) => {
      const before = rows.get(nameOf(key)) ?? null;
      const { save, remove, limits = [], result } = decide(before);
      const held = before === null ? [] : placesOf(before);
      const wanted = save === undefined ? [] : placesOf(save).filter((counter) => !held.includes(counter));
      const overLimit = fullOf(all(), key.teamId, wanted, limits);
      if (overLimit !== null) throw new LimitReached(overLimit);
      if (save !== undefined) rows.set(nameOf(key), save);
      else if (remove === true) rows.delete(nameOf(key));
      return result;
    },
    get: async (key) => rows.get(nameOf(key)) ?? null,
    list: async (teamId, filter, limit, after) => {
      const newestFirst = all().reverse();
      const from =
        after === undefined ? 0 : newestFirst.findIndex((timer) => nameOf(keyOf(timer)) === after) + 1;
      if (after !== undefined && from === 0) throw new InvalidPosition(`${after} is not a timer`);
      const found = newestFirst
        .slice(from)
        .filter((timer) => timer.teamId === teamId && matches(timer, filter));
      const timers = found.slice(0, limit);
      const last = timers.at(-1);
      return { timers, next: last === undefined || found.length <= limit ? null : nameOf(keyOf(last)) };
    },
    countActive: async (teamId) =>
      all().filter((timer) => timer.teamId === teamId && !isTerminal(timer)).length,
    listDue: async ({ from, until, limit, after }) => {
      const due = all()
        .flatMap((timer): DueTimer[] => {
          const at = alarmAt(timer);
          const isDue = at !== null && at >= from && at <= until;
          return isDue ? [{ ...keyOf(timer), at, generation: timer.generation }] : [];
        })
        .sort((one, other) => one.at - other.at);
      const first = after === null ? 0 : Number(after);
      const end = first + limit;
      return { due: due.slice(first, end), next: end < due.length ? String(end) : null };
    },
    listJobs: async (teamId, { from, until, limit, after }) => {
      const found = all()
        .flatMap((timer) => {
          const at = timer.teamId === teamId ? jobAt(timer) : null;
          return at !== null && at >= from && at <= until ? [{ at, timer }] : [];
        })
        .sort((one, other) => one.at - other.at);
      const first = after === null ? 0 : Number(after);
      if (Number.isNaN(first)) throw new InvalidPosition(`${after} is not a position`);
      const end = first + limit;
      const timers = found.slice(first, end).map(({ timer }) => timer);
      return { timers, next: end < found.length ? String(end) : null };
    },
    listDependents: async ({ teamId, timerId }, range) => {
      const waiting = all().filter(
        (timer) =>
          timer.teamId === teamId && timer.status === 'waiting' && parentsOf(timer).includes(timerId),
      );
      const { page, next } = pageOf(waiting, range);
      return { timerIds: page.map(({ id }) => id), next };
    },
    listChildren: async ({ teamId, timerId }, range) => {
      const children = all().filter(
        (timer) =>
          timer.teamId === teamId &&
          (parentsOf(timer).includes(timerId) || timer.lineage?.parentId === timerId),
      );
      const { page, next } = pageOf(children, range);
      return { timers: page, next };
    },
    listPostponed: async ({ teamId, endpointId }, range) => {
      const waiting = all().filter(
        (timer) => timer.teamId === teamId && awaitedEndpoints(timer).includes(endpointId),
      );
      const { page, next } = pageOf(waiting, range);
      return { timerIds: page.map(({ id }) => id), next };
    },
    removeSettled: async (teamId, filter) => {
      const { statuses = [] } = filter;
      const settled = all().filter(
        (timer) => timer.teamId === teamId && matches(timer, { ...filter, statuses }) && isIdle(timer),
      );
      for (const timer of settled) rows.delete(nameOf(keyOf(timer)));
      return settled.length;
    },
  };
}

/** The first of the limits that has no place left of those that are wanted; null where all have. */
function fullOf(
  timers: readonly Timer[],
  teamId: string,
  wanted: readonly string[],
  limits: readonly Limit[],
): OverLimit | null {
  for (const { counter, max } of limits) {
    const used = timers.filter(
      (timer) => timer.teamId === teamId && placesOf(timer).includes(counter),
    ).length;
    if (wanted.includes(counter) && used >= max) return { counter, used, max };
  }
  return null;
}

function keyOf({ teamId, id }: Timer): TimerKey {
  return { teamId, timerId: id };
}

function nameOf({ teamId, timerId }: TimerKey): string {
  return `${teamId}\n${timerId}`;
}

function matches(timer: Timer, filter: TimerFilter): boolean {
  const {
    statuses,
    agentId,
    name,
    labels = {},
    fireBefore,
    fireAfter,
    settledBefore,
    hasExhausted: isAsked,
  } = filter;
  const fireAt = 'fireAt' in timer ? timer.fireAt : null;
  const settledAt = 'settledAt' in timer ? timer.settledAt : null;
  return (
    (statuses === undefined || statuses.includes(timer.status)) &&
    (agentId === undefined || timer.agentId === agentId) &&
    (name === undefined || timer.name === name) &&
    Object.entries(labels).every(([key, value]) => timer.labels[key] === value) &&
    (fireBefore === undefined || (fireAt !== null && fireAt < fireBefore)) &&
    (fireAfter === undefined || (fireAt !== null && fireAt >= fireAfter)) &&
    (settledBefore === undefined || (settledAt !== null && settledAt < settledBefore)) &&
    (isAsked === undefined || hasExhausted(timer))
  );
}

function pageOf(timers: Timer[], { limit, after }: FollowerRange): { page: Timer[]; next: string | null } {
  const ordered = timers
    .filter(({ id }) => after === null || id > after)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const page = ordered.slice(0, limit);
  return { page, next: page.length < ordered.length ? (page.at(-1)?.id ?? null) : null };
}
