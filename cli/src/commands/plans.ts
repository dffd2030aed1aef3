import type { Plan } from '@minoots/contract';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatSpan } from '../lib/format.ts';
import { renderTable } from '../lib/table.ts';

const HEADINGS = [
  'PLAN',
  '$ A MONTH',
  'ACTIVE TIMERS',
  'ATTEMPTS',
  'HISTORY',
  'REQUESTS A MINUTE',
  'FEATURES',
];
const help = {
  output: '[{"id":"free","price_usd_per_month":0,"limits":{"active_timers":100,…},"features":[]},…]',
  examples: ['minoots plans'],
};

/** `minoots plans`: what there is to order. */
export function plansCommand(cli: Cli) {
  return newCommand('plans', 'List the plans, what they cost, allow and switch on', help).action(
    async (options) => {
      const plans = await cli.client().billing.plans();
      outputFor(cli, options).print(plans, () => renderTable(HEADINGS, plans.map(toRow)));
    },
  );
}

function toRow({ id, price_usd_per_month: price, limits, features }: Plan): string[] {
  return [
    id,
    String(price),
    limits.active_timers === null ? 'no limit' : String(limits.active_timers),
    limits.attempts === null ? 'as asked for' : String(limits.attempts),
    limits.history_ms === null ? 'for good' : formatSpan(limits.history_ms),
    String(limits.requests_per_minute),
    features.length === 0 ? '–' : features.join(' '),
  ];
}
