import type { Timer } from '@minoots/contract';
import { readCount, readLabel, readStatuses } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { describeTimers } from '../lib/timer-text.ts';
import { ACTIVE_STATUSES } from '../sdk/minoots.ts';
import type { TimerFilter } from '../sdk/resources/timers.ts';

const DEFAULT_LIMIT = 100;

const help = {
  output:
    '{"data":[{"id":"tmr_…","name":"…","status":"running","progress":0.4,"time_remaining_ms":18000,…}],"more":false}',
  errors: ['invalid_request'],
  examples: ['minoots list', 'minoots list --all', 'minoots list --status expired,failed --label env=prod'],
};

/** `minoots list`. */
export function listCommand(cli: Cli) {
  return newCommand('list', 'List timers that have not ended, newest first', help)
    .alias('ls')
    .option('--all', 'those that ended too')
    .option('--status <statuses>', 'only these, with commas', readStatuses)
    .option('--agent <id>', 'only those of this agent')
    .option('--name <name>', 'only those of this name')
    .option('--label <key=value>', 'only those with this label; may be repeated', readLabel)
    .option('--limit <count>', 'at most this many', readCount, DEFAULT_LIMIT)
    .action(async (options) => {
      const { all, status, agent, name, label, limit } = options;
      const statuses = status ?? (all ? undefined : ACTIVE_STATUSES);
      const { data, more } = await firstTimers(cli, limit, {
        ...(statuses && { status: statuses }),
        ...(agent !== undefined && { agent_id: agent }),
        ...(name !== undefined && { name }),
        ...(label && { labels: label }),
      });
      const none = all || status ? 'No timers.' : 'No timers under way. Those that ended: minoots list --all';
      const rest = more ? `\nThere are more: raise --limit ${limit}.` : '';
      outputFor(cli, options).print({ data, more }, () =>
        data.length === 0 ? none : describeTimers(data) + rest,
      );
    });
}

async function firstTimers(
  cli: Cli,
  limit: number,
  filter: TimerFilter,
): Promise<{ data: Timer[]; more: boolean }> {
  const data: Timer[] = [];
  for await (const timer of cli.client().timers.all(filter)) {
    if (data.length === limit) return { data, more: true };
    data.push(timer);
  }
  return { data, more: false };
}
