import type { TimerStatus } from '@minoots/contract';
import { readSpanMs } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeTimer } from '../lib/timer-text.ts';

const ENDED_OTHERWISE = 3;
const TIMED_OUT = 4;

const EXIT_CODES: Partial<Record<TimerStatus, number>> = {
  expired: 0,
  failed: ENDED_OTHERWISE,
  cancelled: ENDED_OTHERWISE,
  skipped: ENDED_OTHERWISE,
};

const help = {
  output: '{"id":"tmr_…","name":"…","status":"expired",…}',
  errors: ['not_found'],
  exitCodes: '0 expired · 3 failed, cancelled or skipped · 4 not ended within --timeout',
  examples: ['minoots wait tmr_4fZk0Qw7cTn2Ry9LbXa1Ve --timeout 10m && ./next-step.sh'],
};

/** `minoots wait`. */
export function waitCommand(cli: Cli) {
  return newCommand('wait', 'Wait until a timer has ended', help)
    .argument('<id>', 'id of the timer')
    .option('--timeout <span>', 'give up after: 30s, 5m, 1h30m or milliseconds', readSpanMs)
    .action(async (id, options) => {
      const timer = await cli.client().timers.wait(id, options.timeout);
      outputFor(cli, options).print(timer, () => describeTimer(timer));
      cli.exitCode = EXIT_CODES[timer.status] ?? TIMED_OUT;
    });
}
