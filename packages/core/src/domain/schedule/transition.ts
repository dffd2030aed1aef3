import { ok, type Result, reject } from '../rejection.ts';
import { advance } from './commands/advance.ts';
import { pause } from './commands/pause.ts';
import { resume } from './commands/resume.ts';
import { update } from './commands/update.ts';
import { withdraw, withoutBrought } from './commands/withdraw.ts';
import type { Change, ScheduleCommand } from './commands.ts';
import { appendLog, entry } from './log.ts';
import { MAX_RECENT_COMMANDS, type Schedule } from './state.ts';

/**
 * The one way a schedule changes: pure, with the clock passed in. The very same schedule means that nothing changed.
 * @param commandId names the request; one that the schedule has seen already changes nothing
 */
export function transition(
  schedule: Schedule,
  command: ScheduleCommand,
  now: number,
  commandId?: string,
): Result<Schedule> {
  if (schedule.status === 'deleting' && command.type !== 'settled')
    return reject('not_found', `There is no schedule ${schedule.id}`);
  if (commandId !== undefined && schedule.recentCommands.includes(commandId)) return ok(schedule);
  // Bookkeeping is no change that a client could have missed.
  if (command.type === 'settled') return ok(settled(schedule, command.version));
  const { schedule: changed, entries } = apply(schedule, command, now);
  if (changed === schedule) return ok(schedule);
  const recentCommands =
    commandId === undefined
      ? schedule.recentCommands
      : [...schedule.recentCommands, commandId].slice(-MAX_RECENT_COMMANDS);
  const log = appendLog(schedule.log, entries);
  return ok({ ...changed, log, recentCommands, updatedAt: now, version: schedule.version + 1 });
}

function apply(
  schedule: Schedule,
  command: Exclude<ScheduleCommand, { type: 'settled' }>,
  now: number,
): Change {
  switch (command.type) {
    case 'pause':
      return pause(schedule, now);
    case 'resume':
      return resume(schedule, now);
    case 'update':
      return update(schedule, command.changes, now);
    case 'delete':
      return { schedule: { ...withdraw(schedule, 'cancel', now), status: 'deleting' }, entries: [] };
    case 'note-run':
      return noteRun(schedule, command, now);
    case 'advance':
      return advance(schedule, command.timerId, command.end, now);
    default:
      return command satisfies never;
  }
}

function noteRun(
  schedule: Schedule,
  { timerId, by }: Extract<ScheduleCommand, { type: 'note-run' }>,
  now: number,
): Change {
  const counts = { ...schedule.counts, runs: schedule.counts.runs + 1 };
  const data = { timer_id: timerId };
  return {
    schedule: { ...schedule, counts },
    entries: [entry(now, 'schedule.run', `Run beside the plan by ${by}`, data)],
  };
}

/** A schedule that changed meanwhile is left to those who changed it. */
function settled(schedule: Schedule, version: number): Schedule {
  const isCurrent = schedule.version === version && schedule.unsettledSince !== null;
  return isCurrent ? { ...withoutBrought(schedule), withdrawn: [], unsettledSince: null } : schedule;
}
