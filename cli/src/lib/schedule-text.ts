import type { PlannedOccurrence, Schedule } from '@minoots/contract';
import pc from 'picocolors';
import { formatInstant, formatSpan } from './format.ts';
import { renderFields, renderTable } from './table.ts';
import { safeLine } from './text.ts';

/** Schedules as a table. */
export function describeSchedules(schedules: readonly Schedule[]): string {
  const rows = schedules.map((schedule) => [
    schedule.id,
    safeLine(schedule.name),
    formatStatus(schedule.status),
    safeLine(timing(schedule)),
    formatInstant(schedule.next?.fire_at ?? null),
    String(schedule.counts.fired),
  ]);
  return renderTable(['ID', 'NAME', 'STATUS', 'WHEN', 'NEXT', 'FIRED'], rows);
}

/** A schedule with all there is to see. */
export function describeSchedule(schedule: Schedule): string {
  const { counts } = schedule;
  return renderFields([
    ['id', schedule.id],
    ['name', safeLine(schedule.name)],
    ['status', formatStatus(schedule.status)],
    ['when', safeLine(timing(schedule))],
    ['jitter', schedule.jitter_ms === 0 ? null : formatSpan(schedule.jitter_ms)],
    ['overlap', schedule.overlap],
    ['catch up', schedule.catch_up],
    ['next', schedule.next && `${formatInstant(schedule.next.fire_at)} (${schedule.next.timer_id})`],
    ['last', schedule.last_fired_timer_id],
    [
      'counts',
      Object.entries(counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(', '),
    ],
    ['template', safeLine(JSON.stringify(schedule.template))],
  ]);
}

/** Runs to come as a table, with what clock changes have to do with them. */
export function describeOccurrences(occurrences: readonly PlannedOccurrence[]): string {
  if (occurrences.length === 0) return 'No run to come.';
  const rows = occurrences.map(({ fire_at: fireAt, planned_at: plannedAt, local_time: local, dst }) => [
    formatInstant(fireAt ?? plannedAt),
    local?.replace('T', ' ') ?? '–',
    dst === null ? '' : safeLine(dst.detail),
  ]);
  return renderTable(['HERE', 'THERE', 'NOTE'], rows);
}

/** One line on what became of a change. */
export function describeScheduleChange(what: string, { name, next }: Schedule): string {
  const follows = next === null ? '' : `, next at ${formatInstant(next.fire_at)}`;
  return `${pc.green('✓')} ${safeLine(name)} ${what}${follows}`;
}

function formatStatus(status: Schedule['status']): string {
  return status === 'active' ? pc.cyan(status) : pc.yellow(status);
}

function timing({ cron, timezone, every_ms: everyMs }: Schedule): string {
  return cron === null ? `every ${formatSpan(everyMs ?? 0)}` : `${cron} ${timezone}`;
}
