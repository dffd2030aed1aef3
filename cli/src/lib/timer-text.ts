import type { Delivery, Timer } from '@minoots/contract';
import pc from 'picocolors';
import { formatInstant, formatProgress, formatRemaining, formatSpan, formatStatus } from './format.ts';
import { renderFields, renderTable } from './table.ts';
import { safeLine } from './text.ts';

/** Timers as a table. */
export function describeTimers(timers: readonly Timer[]): string {
  const rows = timers.map((timer) => [
    timer.id,
    safeLine(timer.name),
    formatStatus(timer.status),
    formatProgress(timer.progress),
    formatRemaining(timer),
    formatInstant(timer.fire_at),
  ]);
  return renderTable(['ID', 'NAME', 'STATUS', 'PROGRESS', 'LEFT', 'FIRES AT'], rows);
}

/** A timer with all there is to see. */
export function describeTimer(timer: Timer): string {
  const labels = Object.entries(timer.labels).map(([key, value]) => `${key}=${value}`);
  const fields = renderFields([
    ['id', timer.id],
    ['name', safeLine(timer.name)],
    ['status', formatStatus(timer.status)],
    ['progress', formatProgress(timer.progress)],
    ['left', formatRemaining(timer)],
    ['fires at', formatInstant(timer.fire_at)],
    ['fired at', timer.fired_at && formatInstant(timer.fired_at)],
    ['drift', timer.drift_ms === null ? null : `${timer.drift_ms} ms`],
    ['ended at', timer.settled_at && formatInstant(timer.settled_at)],
    ['waits for', timer.waiting_for.length === 0 ? null : timer.waiting_for.join(' ')],
    ['agent', timer.agent_id && safeLine(timer.agent_id)],
    ['labels', labels.length === 0 ? null : safeLine(labels.join(' '))],
    ['conditions', timer.conditions && safeLine(JSON.stringify(timer.conditions))],
    ['next look', timer.recheck_at && formatInstant(timer.recheck_at)],
    ['put off until', timer.throttled_until && formatInstant(timer.throttled_until)],
    ['metadata', timer.metadata && safeLine(JSON.stringify(timer.metadata))],
  ]);
  if (timer.deliveries.length === 0) return fields;
  return `${fields}\n\n${describeDeliveries(timer.deliveries)}`;
}

/** Deliveries as a table, with the last attempt of each. */
export function describeDeliveries(deliveries: readonly Delivery[]): string {
  const rows = deliveries.map((delivery) => [
    delivery.id,
    delivery.type,
    delivery.status,
    String(delivery.attempts.length),
    lastAttempt(delivery),
    nextAttempt(delivery),
  ]);
  return renderTable(['DELIVERY', 'TYPE', 'STATUS', 'ATTEMPTS', 'LAST ATTEMPT', 'NEXT ATTEMPT'], rows);
}

/** One line on what became of a change. */
export function describeChange(what: string, timer: Timer): string {
  const left = timer.status === 'running' ? `, fires in ${formatSpan(timer.time_remaining_ms)}` : '';
  return `${pc.green('✓')} ${safeLine(timer.name)} ${what}: ${formatStatus(timer.status)}${left}`;
}

/** When a delivery is tried next. */
export function nextAttempt({
  postponed,
  next_attempt_at: at,
}: Pick<Delivery, 'postponed' | 'next_attempt_at'>): string {
  return postponed === null ? formatInstant(at) : `when ${postponed.endpoint_id} resumes`;
}

function lastAttempt({ attempts }: Delivery): string {
  const attempt = attempts.at(-1);
  if (attempt === undefined) return '–';
  const status = attempt.response_status === null ? '' : ` ${attempt.response_status}`;
  const error = attempt.error === null ? '' : ` ${attempt.error}`;
  return safeLine(`${attempt.outcome}${status}${error}`);
}
