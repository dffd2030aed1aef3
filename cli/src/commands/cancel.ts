import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeChange } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"cancelled",…}; with --lineage {"cancelled":3}',
  errors: ['not_found', 'timer_already_fired', 'timer_settled', 'invalid_state'],
  examples: [
    'minoots cancel tmr_4fZk0Qw7cTn2Ry9LbXa1Ve',
    'minoots cancel tmr_4fZk0Qw7cTn2Ry9LbXa1Ve --lineage',
  ],
};

/** `minoots cancel`. */
export function cancelCommand(cli: Cli) {
  return newCommand('cancel', 'Cancel a timer that has not fired', help)
    .argument('<id>', 'id of the timer')
    .option('--lineage', 'and every pending timer that its actions made, whether or not it has fired itself')
    .action(async (id, options) => {
      const { timers } = cli.client();
      const output = outputFor(cli, options);
      if (options.lineage) {
        const result = await timers.cancelLineage(id);
        output.print(result, () => `${pc.green('✓')} cancelled ${result.cancelled}`);
        return;
      }
      const timer = await timers.cancel(id);
      output.print(timer, () => describeChange('was cancelled', timer));
    });
}
