import { Command } from '@commander-js/extra-typings';
import type { AgentBudget, Budget, SetBudgetRequest } from '@minoots/contract';
import pc from 'picocolors';
import { readCount, readNumber } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';
import { UsageError } from '../lib/usage-error.ts';

const LIMITS = '"agent_id":"deploy-bot","max_active_timers":50,"max_fires_per_hour":100,"updated_at":"…"';
const SHAPE = `{${LIMITS},"is_default":false,"used":{"active_timers":3,"fires_this_hour":12,"hour_ends_at":"…"}}`;
const AGENT = 'id of the agent, or * for agents without a budget of their own';

/** `minoots budget`: what agents may use. */
export function budgetCommand(cli: Cli) {
  return new Command('budget')
    .summary('Limit what agents may use')
    .description(
      'Limit how many active timers an agent has, and how many of them fire within an hour of the clock, so that one that runs away is stopped.',
    )
    .addCommand(setCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(unsetCommand(cli));
}

function setCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['invalid_request', 'budgets_full'],
    examples: [
      'minoots budget set deploy-bot --active 50 --fires-per-hour 100',
      "minoots budget set '*' --active 20",
    ],
  };
  return newCommand('set', 'Set the budget of an agent, in place of the one before', help)
    .argument('<agent>', AGENT)
    .option('--active <count>', 'most active timers; 0: it makes none', readNumber)
    .option('--fires-per-hour <count>', 'most timers that fire within an hour of the clock', readCount)
    .action(async (agent, options) => {
      const { active, firesPerHour } = options;
      if (active === undefined && firesPerHour === undefined)
        throw new UsageError('give --active, --fires-per-hour or both');
      const limits: SetBudgetRequest = {
        ...(active === undefined ? {} : { max_active_timers: active }),
        ...(firesPerHour === undefined ? {} : { max_fires_per_hour: firesPerHour }),
      };
      const budget = await cli.client().agents.budgets.set(agent, limits);
      outputFor(cli, options).print(budget, () => `${pc.green('✓')} ${describe(budget)}`);
    });
}

function showCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['not_found'], examples: ['minoots budget show deploy-bot'] };
  return newCommand('show', 'Show the budget that holds for an agent, and what is used of it', help)
    .argument('<agent>', AGENT)
    .action(async (agent, options) => {
      const budget = await cli.client().agents.budgets.get(agent);
      outputFor(cli, options).print(budget, () => describe(budget));
    });
}

function listCommand(cli: Cli) {
  const help = { output: `{"data":[{${LIMITS}}]}`, examples: ['minoots budget list'] };
  return newCommand('list', 'List all budgets', help).action(async (options) => {
    const data = await cli.client().agents.budgets.list();
    outputFor(cli, options).print({ data }, () => (data.length === 0 ? 'No budgets.' : table(data)));
  });
}

function unsetCommand(cli: Cli) {
  const help = {
    output: `{${LIMITS}}`,
    errors: ['not_found'],
    examples: ['minoots budget unset deploy-bot'],
  };
  return newCommand('unset', 'Take the budget of an agent away', help)
    .argument('<agent>', AGENT)
    .action(async (agent, options) => {
      const budget = await cli.client().agents.budgets.delete(agent);
      outputFor(cli, options).print(
        budget,
        () => `${pc.green('✓')} ${safeLine(budget.agent_id)} has no budget of its own any more`,
      );
    });
}

function describe({
  agent_id,
  max_active_timers,
  max_fires_per_hour,
  is_default,
  used,
}: AgentBudget): string {
  const parts = [
    limit('active timers', used?.active_timers ?? null, max_active_timers),
    limit('fires this hour', used?.fires_this_hour ?? null, max_fires_per_hour),
  ];
  const from = is_default ? ', by the budget of *' : '';
  return `${safeLine(agent_id)}: ${parts.join(', ')}${from}`;
}

function limit(what: string, used: number | null, max: number | null): string {
  if (max === null) return `any number of ${what}`;
  return used === null ? `${max} ${what}` : `${used} of ${max} ${what}`;
}

function table(budgets: readonly Budget[]): string {
  const rows = budgets.map((budget) => [
    safeLine(budget.agent_id),
    budget.max_active_timers === null ? '–' : String(budget.max_active_timers),
    budget.max_fires_per_hour === null ? '–' : String(budget.max_fires_per_hour),
    formatInstant(budget.updated_at),
  ]);
  return renderTable(['AGENT', 'ACTIVE', 'FIRES PER HOUR', 'SET AT'], rows);
}
