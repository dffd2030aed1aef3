import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeChange } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"cancelled",…}',
  errors: ['not_found', 'timer_already_fired', 'timer_settled', 'invalid_state'],
  examples: ['minoots cancel tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots cancel`. */
export function cancelCommand(cli: Cli) {
  return newCommand('cancel', 'Cancel a timer that has not fired', help)
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const timer = await cli.client().timers.cancel(id);
      outputFor(cli, options).print(timer, () => describeChange('was cancelled', timer));
    });
}
