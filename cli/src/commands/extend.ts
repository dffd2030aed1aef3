import { readDuration } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeChange } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"running","fire_at":"…",…}',
  errors: ['not_found', 'invalid_request', 'timer_already_fired', 'timer_settled', 'invalid_state'],
  examples: ['minoots extend tmr_4fZk0Qw7cTn2Ry9LbXa1Ve 5m'],
};

/** `minoots extend`. */
export function extendCommand(cli: Cli) {
  return newCommand('extend', 'Add a span to the remaining time of a timer', help)
    .argument('<id>', 'id of the timer')
    .argument('<duration>', 'how much: 30s, 5m, 1h30m or milliseconds', readDuration)
    .action(async (id, by, options) => {
      const timer = await cli.client().timers.extend(id, by);
      outputFor(cli, options).print(timer, () => describeChange('was extended', timer));
    });
}
