import type { Billing } from '@minoots/contract';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';

const help = {
  output: '{"plan":"pro","set_by":"billing","since":"…","subscription":{"status":"active",…}}',
  examples: ['minoots billing'],
};

/** `minoots billing`: the plan of the team. */
export function billingCommand(cli: Cli) {
  return newCommand('billing', 'Show the plan of the team and its subscription', help).action(
    async (options) => {
      const billing = await cli.client().billing.get();
      outputFor(cli, options).print(billing, () => describeBilling(billing));
    },
  );
}

/** A plan and what becomes of it, in a line. */
export function describeBilling({ plan, since, subscription }: Billing): string {
  const text = `Plan ${plan}, since ${formatInstant(since)}`;
  if (subscription === null) return text;
  const { status, renews_at: at, cancels } = subscription;
  const end = at === null ? '' : `, ${cancels ? 'ends' : 'renews'} ${formatInstant(at)}`;
  return `${text}; subscription ${status.replace('_', ' ')}${end}`;
}
