import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeChange } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"running",…}',
  errors: ['not_found', 'timer_already_fired', 'timer_settled', 'invalid_state'],
  examples: ['minoots resume tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots resume`. */
export function resumeCommand(cli: Cli) {
  return newCommand('resume', 'Continue a paused timer with the time that remained', help)
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const timer = await cli.client().timers.resume(id);
      outputFor(cli, options).print(timer, () => describeChange('goes on', timer));
    });
}
