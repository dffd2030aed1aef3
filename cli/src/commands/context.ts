import { Command } from '@commander-js/extra-typings';
import type { ContextEntry } from '@minoots/contract';
import pc from 'picocolors';
import { readValue } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';

const SHAPE = '{"key":"tests_passed","value":true,"updated_at":"…"}';

/** `minoots context`: the facts that conditions of timers ask for. */
export function contextCommand(cli: Cli) {
  return new Command('context')
    .summary('Say what holds, for timers with conditions')
    .description(
      'Look after the facts that conditions of timers ask for. A change counts for conditions that are judged from then on.',
    )
    .addCommand(setCommand(cli))
    .addCommand(getCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(unsetCommand(cli));
}

function setCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['invalid_request', 'context_full'],
    examples: [
      'minoots context set tests_passed true',
      'minoots context set environment production',
      'minoots context set version \'"2"\'',
    ],
  };
  return newCommand('set', 'Set a fact', help)
    .argument('<key>', 'name of the fact')
    .argument('<value>', 'JSON, such as true, 3 or \'["a"]\'; anything else is text', readValue)
    .action(async (key, { json: value }, options) => {
      const entry = await cli.client().context.set(key, value);
      outputFor(cli, options).print(entry, () => `${pc.green('✓')} ${describe(entry)}`);
    });
}

function getCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['not_found'], examples: ['minoots context get tests_passed'] };
  return newCommand('get', 'Show a fact', help)
    .argument('<key>', 'name of the fact')
    .action(async (key, options) => {
      const entry = await cli.client().context.get(key);
      outputFor(cli, options).print(entry, () => describe(entry));
    });
}

function listCommand(cli: Cli) {
  const help = { output: `{"data":[${SHAPE}]}`, examples: ['minoots context list'] };
  return newCommand('list', 'List all facts', help).action(async (options) => {
    const data = await cli.client().context.list();
    outputFor(cli, options).print({ data }, () => (data.length === 0 ? 'No facts.' : describeAll(data)));
  });
}

function unsetCommand(cli: Cli) {
  const help = { output: SHAPE, errors: ['not_found'], examples: ['minoots context unset tests_passed'] };
  return newCommand('unset', 'Remove a fact', help)
    .argument('<key>', 'name of the fact')
    .action(async (key, options) => {
      const entry = await cli.client().context.delete(key);
      outputFor(cli, options).print(entry, () => `${pc.green('✓')} ${entry.key} is no longer set`);
    });
}

function describe({ key, value }: ContextEntry): string {
  return `${key} is ${safeLine(JSON.stringify(value))}`;
}

function describeAll(entries: readonly ContextEntry[]): string {
  const rows = entries.map(({ key, value, updated_at }) => [
    key,
    safeLine(JSON.stringify(value)),
    formatInstant(updated_at),
  ]);
  return renderTable(['KEY', 'VALUE', 'SET AT'], rows);
}
