import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeChange } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"running","time_remaining_ms":300000,…}',
  errors: ['not_found', 'timer_already_fired', 'timer_settled', 'invalid_state'],
  examples: ['minoots touch backup-heartbeat'],
};

/** `minoots touch`. */
export function touchCommand(cli: Cli) {
  return newCommand('touch', 'Start the clock of a timer again with its original span', help)
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const timer = await cli.client().timers.touch(id);
      outputFor(cli, options).print(timer, () => describeChange('was touched', timer));
    });
}
