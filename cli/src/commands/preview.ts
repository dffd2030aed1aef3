import type { TimerPreview } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, outputFor } from '../lib/cli.ts';
import { formatInstant, formatSpan } from '../lib/format.ts';
import { renderFields } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';
import { timerRequestCommand } from '../lib/timer-request.ts';

const REFUSED = 3;

const help = {
  output:
    '{"acceptable":true,"refusals":[],"plan":{"status":"running","fire_at":"…","progress":[…],"actions":[…],"retry":{…}},"notes":[]}',
  errors: ['invalid_request'],
  exitCodes: '3 the timer would be refused',
  examples: [
    'minoots preview 1h report --webhook https://example.com/hook',
    'minoots preview --local 2030-03-10T02:30 --timezone America/New_York launch',
  ],
};

/** `minoots preview`. */
export function previewCommand(cli: Cli) {
  const summary = 'Explain what a timer would do, without creating it';
  return timerRequestCommand(cli, 'preview', summary, help, async (request, options) => {
    const preview = await cli.client().timers.preview(request);
    outputFor(cli, options).print(preview, () => describe(preview));
    if (!preview.acceptable) cli.exitCode = REFUSED;
  });
}

function describe({ refusals, plan, notes }: TimerPreview): string {
  const noted = notes.map((note) => `${pc.yellow('!')} ${safeLine(note)}`);
  if (plan === null) {
    return refusals
      .map(
        ({ code, pointer, message }) =>
          `${pc.red('✗')} ${safeLine(`${pointer ?? ''} ${message}`)} ${pc.dim(code)}`,
      )
      .join('\n');
  }
  const { fire_at: fireAt, progress, actions, retry } = plan;
  const fields = renderFields([
    ['fires at', fireAt === null ? null : formatInstant(fireAt)],
    ['after', formatSpan(plan.time_remaining_ms)],
    [
      'progress',
      progress.length === 0
        ? null
        : progress.map(({ at, share }) => `${share * 100}% ${formatInstant(at)}`).join(', '),
    ],
    [
      'does',
      actions.length === 0 ? 'nothing' : actions.map(({ event, type }) => `${type} (${event})`).join(', '),
    ],
    ['retries', `${retry.max_attempts - 1}, for ${formatSpan(retry.gives_up_after_ms)}`],
  ]);
  return [fields, ...noted].join('\n');
}
