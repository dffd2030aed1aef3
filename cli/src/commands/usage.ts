import type { Usage } from '@minoots/contract';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatSpan } from '../lib/format.ts';
import { renderFields } from '../lib/table.ts';

const help = {
  output: '{"plan":"free","used":{"active_timers":12,"members":1},"limits":{"active_timers":100,…},…}',
  examples: ['minoots usage'],
};

/** `minoots usage`: what the team uses of its plan. */
export function usageCommand(cli: Cli) {
  return newCommand('usage', 'Show what the team uses, and what its plan allows', help).action(
    async (options) => {
      const usage = await cli.client().billing.usage();
      outputFor(cli, options).print(usage, () => describeUsage(usage));
    },
  );
}

function describeUsage({ plan, used, limits, features }: Usage): string {
  const of = (count: number, limit: number | null) => (limit === null ? `${count}` : `${count} of ${limit}`);
  return renderFields([
    ['plan', plan],
    ['active timers', of(used.active_timers, limits.active_timers)],
    ['members', of(used.members, limits.members)],
    ['attempts', limits.attempts === null ? 'as asked for' : `${limits.attempts} at most`],
    ['history', limits.history_ms === null ? 'for good' : formatSpan(limits.history_ms)],
    ['requests', `${limits.requests_per_minute} a minute, of each key`],
    ['features', features.length === 0 ? null : features.join(' ')],
  ]);
}
