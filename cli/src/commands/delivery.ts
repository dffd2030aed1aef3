import type { DeliveryDetail } from '@minoots/contract';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant, formatStatus } from '../lib/format.ts';
import { renderFields, renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';
import { nextAttempt } from '../lib/timer-text.ts';

const help = {
  output:
    '{"id":"dlv_…","status":"exhausted","target":{"host":"…","url":"…",…},"attempts":[…],"timer":{…},…}',
  errors: ['not_found'],
  examples: ['minoots delivery dlv_1_mh5k2p0q_tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots delivery`. */
export function deliveryCommand(cli: Cli) {
  return newCommand('delivery', 'Show a delivery: where it went, and how every attempt went', help)
    .argument('<delivery>', 'id of the delivery, from minoots deliveries')
    .action(async (id, options) => {
      const delivery = await cli.client().deliveries.get(id);
      outputFor(cli, options).print(delivery, () => describe(delivery));
    });
}

function describe({ id, event, type, status, target, timer, attempts, ...rest }: DeliveryDetail): string {
  const place = target.url ?? target.to_agent ?? target.file;
  const fields = renderFields([
    ['id', id],
    ['timer', `${timer.id} ${safeLine(timer.name)} (${formatStatus(timer.status)})`],
    ['set off by', event],
    ['action', target.method === null ? type : `${type} ${target.method}`],
    ['target', place && safeLine(place)],
    ['runs on', target.runs_on && (target.runs_on.join(' ') || 'any runner')],
    ['status', status],
    ['attempts', String(rest.attempt_count)],
    ['next attempt', rest.next_attempt_at && nextAttempt(rest)],
  ]);
  const rows = attempts.map(({ number, at, duration_ms: ms, outcome, response_status, exit_code, error }) => [
    String(number),
    formatInstant(at),
    `${ms} ms`,
    outcome,
    String(response_status ?? exit_code ?? '–'),
    error === null ? '' : safeLine(error),
  ]);
  if (rows.length === 0) return fields;
  return `${fields}\n\n${renderTable(['#', 'AT', 'TOOK', 'OUTCOME', 'ANSWER', 'ERROR'], rows)}`;
}
