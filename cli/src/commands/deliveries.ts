import { Option } from '@commander-js/extra-typings';
import { type Delivery, DeliveryStatus } from '@minoots/contract';
import { readCount } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { deliveryFilter, deliveryOptions } from '../lib/delivery-filter.ts';
import { describeDeliveries } from '../lib/timer-text.ts';
import { UsageError } from '../lib/usage-error.ts';
import type { DeliveryFilter } from '../sdk/resources/deliveries.ts';

const DEFAULT_LIMIT = 100;

const help = {
  output:
    '{"data":[{"id":"dlv_…","timer_id":"tmr_…","type":"webhook","status":"exhausted","attempts":[…],…}]}',
  errors: ['not_found', 'invalid_request'],
  examples: [
    'minoots deliveries tmr_4fZk0Qw7cTn2Ry9LbXa1Ve',
    'minoots deliveries --status exhausted --host hooks.example.com --since 2h',
  ],
};

/** `minoots deliveries`. */
export function deliveriesCommand(cli: Cli) {
  return newCommand('deliveries', 'List deliveries of a timer, or of all', help)
    .argument('[id]', 'id of the timer')
    .addOption(new Option('--status <status>', 'only these').choices(DeliveryStatus.options))
    .addOption(deliveryOptions.agent())
    .addOption(deliveryOptions.event())
    .addOption(deliveryOptions.type())
    .addOption(deliveryOptions.host())
    .addOption(deliveryOptions.since())
    .addOption(deliveryOptions.until())
    .option('--limit <count>', 'at most this many', readCount, DEFAULT_LIMIT)
    .action(async (id, options) => {
      const { status, limit, json: _, ...chosen } = options;
      const filter = { ...deliveryFilter(chosen), ...(status !== undefined && { status }) };
      const data = await (id === undefined ? ofAll(cli, limit, filter) : ofTimer(cli, id, limit, filter));
      outputFor(cli, options).print({ data }, () =>
        data.length === 0 ? 'No deliveries.' : describeDeliveries(data),
      );
    });
}

async function ofTimer(cli: Cli, id: string, limit: number, filter: DeliveryFilter): Promise<Delivery[]> {
  const { status, ...others } = filter;
  if (Object.keys(others).length > 0) throw new UsageError('with the id of a timer only --status narrows');
  const found = await cli.client().timers.deliveries(id);
  return found.filter((delivery) => status === undefined || delivery.status === status).slice(0, limit);
}

async function ofAll(cli: Cli, limit: number, filter: DeliveryFilter): Promise<Delivery[]> {
  const data: Delivery[] = [];
  for await (const delivery of cli.client().deliveries.all(filter)) {
    data.push(delivery);
    if (data.length === limit) break;
  }
  return data;
}
