import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeChange } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"paused",…}',
  errors: ['not_found', 'timer_already_fired', 'timer_settled', 'invalid_state'],
  examples: ['minoots pause tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots pause`. */
export function pauseCommand(cli: Cli) {
  return newCommand('pause', 'Freeze the remaining time of a timer', help)
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const timer = await cli.client().timers.pause(id);
      outputFor(cli, options).print(timer, () => describeChange('was paused', timer));
    });
}
