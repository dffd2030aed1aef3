import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeTimer } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"running","progress":0.4,"deliveries":[…],…}',
  errors: ['not_found'],
  examples: ['minoots get tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots get`. */
export function getCommand(cli: Cli) {
  return newCommand('get', 'Show a timer', help)
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const timer = await cli.client().timers.get(id);
      outputFor(cli, options).print(timer, () => describeTimer(timer));
    });
}
