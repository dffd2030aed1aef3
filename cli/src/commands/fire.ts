import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeChange } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"firing",…}',
  errors: ['not_found', 'timer_already_fired', 'timer_settled', 'invalid_state'],
  examples: ['minoots fire tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots fire`. */
export function fireCommand(cli: Cli) {
  return newCommand('fire', 'Fire a timer now', help)
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const timer = await cli.client().timers.fire(id);
      outputFor(cli, options).print(timer, () => describeChange('was fired', timer));
    });
}
