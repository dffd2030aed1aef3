import { Option } from '@commander-js/extra-typings';
import { type Delivery, DeliveryStatus } from '@minoots/contract';
import { readCount } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeDeliveries } from '../lib/timer-text.ts';

const DEFAULT_LIMIT = 100;

const help = {
  output:
    '{"data":[{"id":"dlv_…","timer_id":"tmr_…","type":"webhook","status":"exhausted","attempts":[…],…}]}',
  errors: ['not_found'],
  examples: ['minoots deliveries tmr_4fZk0Qw7cTn2Ry9LbXa1Ve', 'minoots deliveries --status exhausted'],
};

/** `minoots deliveries`. */
export function deliveriesCommand(cli: Cli) {
  return newCommand('deliveries', 'List deliveries of a timer, or of all', help)
    .argument('[id]', 'id of the timer')
    .addOption(new Option('--status <status>', 'only these').choices(DeliveryStatus.options))
    .option('--limit <count>', 'at most this many', readCount, DEFAULT_LIMIT)
    .action(async (id, options) => {
      const { status, limit } = options;
      const found =
        id === undefined ? await ofAll(cli, limit, status) : await cli.client().timers.deliveries(id);
      const data = found
        .filter((delivery) => status === undefined || delivery.status === status)
        .slice(0, limit);
      outputFor(cli, options).print({ data }, () =>
        data.length === 0 ? 'No deliveries.' : describeDeliveries(data),
      );
    });
}

async function ofAll(cli: Cli, limit: number, status: DeliveryStatus | undefined): Promise<Delivery[]> {
  const data: Delivery[] = [];
  for await (const delivery of cli.client().deliveries.all(status === undefined ? {} : { status })) {
    data.push(delivery);
    if (data.length === limit) break;
  }
  return data;
}
