import type { Schedule } from '../domain/schedule/state.ts';
import { checkAt } from '../domain/schedule/time.ts';
import type { ScheduleKey, ScheduleStore } from '../ports/schedule-store.ts';
import { InvalidPosition } from '../ports/timer-store.ts';

/** Schedules in memory: every change takes place in one step and is as durable as the object. */
export function memoryScheduleStore(): ScheduleStore {
  const rows = new Map<string, Schedule>();
  return {
    insert: async (schedule) => {
      const name = nameOf(keyOf(schedule));
      const existing = rows.get(name) ?? null;
      if (existing === null) rows.set(name, schedule);
      return existing;
    },
    update: async (key, decide) => {
      const { save, remove, result } = decide(rows.get(nameOf(key)) ?? null);
      if (save !== undefined) rows.set(nameOf(key), save);
      else if (remove === true) rows.delete(nameOf(key));
      return result;
    },
    get: async (key) => rows.get(nameOf(key)) ?? null,
    list: async (teamId, { status }, limit, after) => {
      const newestFirst = [...rows.values()].reverse();
      const from = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1;
      if (after !== undefined && from === 0) throw new InvalidPosition(`${after} is not a schedule`);
      const found = newestFirst
        .slice(from)
        .filter((each) => each.teamId === teamId && each.status !== 'deleting')
        .filter((each) => status === undefined || each.status === status);
      const schedules = found.slice(0, limit);
      return { schedules, next: found.length > limit ? (schedules.at(-1)?.id ?? null) : null };
    },
    listToCheck: async ({ until, limit, after }) => {
      const due = [...rows.values()]
        .flatMap((schedule) => {
          const at = checkAt(schedule);
          return at !== null && at <= until ? [{ at, key: keyOf(schedule) }] : [];
        })
        .sort((one, other) => one.at - other.at);
      const end = Number(after ?? 0) + limit;
      const keys = due.slice(Number(after ?? 0), end).map(({ key }) => key);
      return { keys, next: end < due.length ? String(end) : null };
    },
  };
}

function keyOf({ teamId, id }: Schedule): ScheduleKey {
  return { teamId, scheduleId: id };
}

function nameOf({ teamId, scheduleId }: ScheduleKey): string {
  return `${teamId}\n${scheduleId}`;
}
