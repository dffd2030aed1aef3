import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { safeLine } from '../lib/text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"cancelled",…}: the timer as it last was',
  errors: ['not_found', 'invalid_state'],
  examples: ['minoots delete tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots delete`. */
export function deleteCommand(cli: Cli) {
  return newCommand('delete', 'Cancel a timer if it is pending, and remove it with its history', help)
    .alias('rm')
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const timer = await cli.client().timers.delete(id);
      outputFor(cli, options).print(timer, () => `${pc.green('✓')} ${safeLine(timer.name)} was removed`);
    });
}
