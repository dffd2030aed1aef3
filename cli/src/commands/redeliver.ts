import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeChange } from '../lib/timer-text.ts';

const help = {
  output: '{"id":"tmr_…","name":"…","status":"firing","deliveries":[…],…}: the timer of the delivery',
  errors: ['not_found', 'delivery_unfinished'],
  examples: ['minoots redeliver dlv_1_mh5k2p0q_tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots redeliver`. */
export function redeliverCommand(cli: Cli) {
  return newCommand('redeliver', 'Deliver again, with a fresh attempt count', help)
    .argument('<delivery>', 'id of the delivery, from minoots deliveries')
    .action(async (id, options) => {
      const timer = await cli.client().deliveries.redeliver(id);
      outputFor(cli, options).print(timer, () => describeChange('is delivered again', timer));
    });
}
