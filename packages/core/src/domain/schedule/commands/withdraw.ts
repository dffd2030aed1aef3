import type { Schedule, Withdrawal } from '../state.ts';

/** The schedule with nothing pending: its timer is to be taken back. */
export function withdraw(schedule: Schedule, how: Withdrawal['how'], now: number): Schedule {
  const { next } = schedule;
  return {
    ...withoutBrought(unsettled(schedule, now)),
    next: null,
    withdrawn: next === null ? schedule.withdrawn : [...schedule.withdrawn, { timerId: next.timerId, how }],
    revision: schedule.revision + 1,
  };
}

/** The schedule with a note that its timers are not known to be what it says. */
export function unsettled(schedule: Schedule, now: number): Schedule {
  return { ...schedule, unsettledSince: schedule.unsettledSince ?? now };
}

/** The schedule with no timer of its own to store. */
export function withoutBrought({ brought: _, ...schedule }: Schedule): Schedule {
  return schedule;
}
