import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { confirmed } from '../lib/confirm.ts';
import { deliveryFilter, deliveryOptions } from '../lib/delivery-filter.ts';
import { describeChange } from '../lib/timer-text.ts';
import { UsageError } from '../lib/usage-error.ts';
import type { DeadLetterFilter, Redeliveries } from '../sdk/resources/deliveries.ts';

const help = {
  output:
    '{"id":"tmr_…","name":"…","status":"firing",…}: the timer of the delivery; with --all {"reopened":60,"not_reopened":[]}',
  errors: ['not_found', 'delivery_unfinished', 'invalid_request'],
  examples: [
    'minoots redeliver dlv_1_mh5k2p0q_tmr_4fZk0Qw7cTn2Ry9LbXa1Ve',
    'minoots redeliver --all --host hooks.example.com --since 2h --yes',
  ],
};

/** `minoots redeliver`. */
export function redeliverCommand(cli: Cli) {
  return newCommand('redeliver', 'Deliver again, with a fresh attempt count', help)
    .usage('[options] <delivery> | --all [filters]')
    .argument('[delivery]', 'id of the delivery, from minoots deliveries')
    .option('--all', 'whatever has run out of attempts and matches')
    .addOption(deliveryOptions.timer())
    .addOption(deliveryOptions.agent())
    .addOption(deliveryOptions.event())
    .addOption(deliveryOptions.type())
    .addOption(deliveryOptions.host())
    .addOption(deliveryOptions.since())
    .addOption(deliveryOptions.until())
    .option('-y, --yes', 'do not ask before many are delivered again')
    .action(async (id, options) => {
      const { all, yes, json: _, ...chosen } = options;
      const filter = deliveryFilter(chosen);
      const output = outputFor(cli, options);
      if (all) {
        if (id !== undefined) throw new UsageError('give one delivery or --all, not both');
        if (!(await confirmed(cli, question(filter), yes ?? false)))
          return output.line('Nothing was changed.');
        const result = await cli.client().deliveries.redeliverAll(filter);
        return output.print(result, () => describe(result));
      }
      if (id === undefined) throw new UsageError('name a delivery, or --all');
      if (Object.keys(filter).length > 0) throw new UsageError('filters go with --all');
      const timer = await cli.client().deliveries.redeliver(id);
      output.print(timer, () => describeChange('is delivered again', timer));
    });
}

function question(filter: DeadLetterFilter): string {
  const chosen = Object.entries(filter).map(([name, value]) => `${name} ${value}`);
  const which = chosen.length === 0 ? '' : ` with ${chosen.join(', ')}`;
  return `Deliver again everything${which} that has run out of attempts?`;
}

function describe({ reopened, not_reopened: left }: Redeliveries): string {
  const lines = left.map(({ id, detail }) => `  ${id}: ${detail}`);
  return [
    `${pc.green('✓')} ${reopened} delivered again${left.length === 0 ? '' : `, ${left.length} not:`}`,
    ...lines,
  ].join('\n');
}
