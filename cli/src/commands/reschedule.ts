import { readWhen } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeChange } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"running","fire_at":"…",…}',
  errors: ['not_found', 'invalid_request', 'timer_already_fired', 'timer_settled', 'invalid_state'],
  examples: [
    'minoots reschedule tmr_4fZk0Qw7cTn2Ry9LbXa1Ve --in 10m',
    'minoots reschedule tmr_4fZk0Qw7cTn2Ry9LbXa1Ve --at 2030-01-31T09:00:00Z',
  ],
};

/** `minoots reschedule`. */
export function rescheduleCommand(cli: Cli) {
  return newCommand('reschedule', 'Set a new time for a timer', help)
    .argument('<id>', 'id of the timer')
    .option('--in <duration>', 'from now: 30s, 5m, 1h30m or milliseconds')
    .option('--at <instant>', 'an instant, such as 2030-01-31T09:00:00Z')
    .option('--local <time>', 'a wall-clock time, such as 2030-01-31T09:00')
    .option('--timezone <zone>', 'zone of --local, such as Europe/Paris')
    .action(async (id, options) => {
      const timer = await cli.client().timers.reschedule(id, readWhen(options));
      outputFor(cli, options).print(timer, () => describeChange('was rescheduled', timer));
    });
}
