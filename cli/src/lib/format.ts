import type { Timer, TimerStatus } from '@minoots/contract';
import pc from 'picocolors';
import prettyMs from 'pretty-ms';

const PAINT: Record<TimerStatus, (text: string) => string> = {
  waiting: pc.dim,
  running: pc.cyan,
  paused: pc.yellow,
  firing: pc.magenta,
  expired: pc.green,
  failed: pc.red,
  skipped: pc.yellow,
  cancelled: pc.dim,
};

/** A status in its colour. */
export function formatStatus(status: TimerStatus): string {
  return PAINT[status](status);
}

/** A span in its two largest units, such as `1h 30m`, rounded up to the second; below a second to the ms. */
export function formatSpan(spanMs: number): string {
  if (spanMs < 1_000) return `${Math.max(0, Math.round(spanMs))}ms`;
  return prettyMs(Math.ceil(spanMs / 1_000) * 1_000, { unitCount: 2 });
}

/** An instant in this machine's time zone, such as `2030-01-31 09:00:00`. */
export function formatInstant(instant: string | null): string {
  return instant === null ? '–' : new Date(instant).toLocaleString('sv-SE');
}

/** What is left of a timer that still runs or stands; nothing for one that has fired. */
export function formatRemaining(timer: Pick<Timer, 'status' | 'time_remaining_ms'>): string {
  const pending = timer.status === 'running' || timer.status === 'paused' || timer.status === 'waiting';
  return pending ? formatSpan(timer.time_remaining_ms) : '–';
}

/** A bar of `width` cells and the percentage. */
export function formatProgress(progress: number, width = 12): string {
  const share = Math.min(1, Math.max(0, progress));
  const full = Math.floor(share * width);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `${pc.cyan('█'.repeat(full))}${pc.dim('░'.repeat(width - full))} ${percent}`;
}
