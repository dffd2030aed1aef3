import { Command } from '@commander-js/extra-typings';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';

const SHAPE =
  '{"id":"run_…","name":"build-1","labels":["linux"],"accepts":["command"],"last_seen_at":"…","online":true,…}';

/** `minoots runners`: the programs that carry out commands and write files. */
export function runnersCommand(cli: Cli) {
  return new Command('runners')
    .summary('See which runners there are')
    .description('Look after the runners of the team: programs that carry out commands and write files.')
    .addCommand(listCommand(cli))
    .addCommand(removeCommand(cli));
}

function listCommand(cli: Cli) {
  const help = { output: `{"data":[${SHAPE}]}`, examples: ['minoots runners list'] };
  return newCommand('list', 'List all runners', help).action(async (options) => {
    const data = await cli.client().runners.list();
    const rows = data.map(({ id, name, labels, accepts, last_seen_at, online }) => [
      id,
      safeLine(name),
      labels.join(' ') || '–',
      accepts.join(' '),
      online ? 'yes' : 'no',
      formatInstant(last_seen_at),
    ]);
    outputFor(cli, options).print({ data }, () =>
      data.length === 0
        ? 'No runners.'
        : renderTable(['ID', 'NAME', 'LABELS', 'ACCEPTS', 'ONLINE', 'LAST SEEN'], rows),
    );
  });
}

function removeCommand(cli: Cli) {
  const help = {
    output: SHAPE,
    errors: ['not_found'],
    examples: ['minoots runners remove run_4fZk0Qw7cTn2Ry9LbXa1Ve'],
  };
  return newCommand('remove', 'Forget a runner; jobs that it holds go back when their leases end', help)
    .argument('<id>', 'id of the runner')
    .action(async (id, options) => {
      const runner = await cli.client().runners.delete(id);
      outputFor(cli, options).print(runner, () => `${pc.green('✓')} ${safeLine(runner.name)} is removed`);
    });
}
