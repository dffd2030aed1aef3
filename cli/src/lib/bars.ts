import type { Timer } from '@minoots/contract';
import cliTruncate from 'cli-truncate';
import pc from 'picocolors';
import stringWidth from 'string-width';
import { formatProgress, formatRemaining, formatStatus } from './format.ts';
import { safeLine } from './text.ts';

const MAX_NAME = 32;
const BAR_WIDTH = 28;

/** One line with a bar per timer; what does not fit into `maxLines` is counted in the last one. */
export function renderBars(timers: readonly Timer[], maxLines: number): string {
  const fits = timers.length <= maxLines;
  const shown = fits ? timers : timers.slice(0, Math.max(1, maxLines - 1));
  const names = shown.map(({ name }) => cliTruncate(safeLine(name), MAX_NAME));
  const nameWidth = Math.max(0, ...names.map((name) => stringWidth(name)));
  const lines = shown.map((timer, index) => {
    const name = names[index] ?? '';
    const padding = ' '.repeat(nameWidth - stringWidth(name));
    const end = timer.status === 'running' ? formatRemaining(timer) : formatStatus(timer.status);
    return `${name}${padding}  ${formatProgress(timer.progress, BAR_WIDTH)}  ${end}`;
  });
  return [...lines, ...(fits ? [] : [pc.dim(`and ${timers.length - shown.length} more`)])].join('\n');
}
