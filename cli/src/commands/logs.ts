import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import { renderTable } from '../lib/table.ts';
import { safeLine } from '../lib/text.ts';

const help = {
  output: '{"data":[{"at":"…","type":"timer.created","message":"…"},…]}',
  errors: ['not_found'],
  examples: ['minoots logs tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots logs`. */
export function logsCommand(cli: Cli) {
  return newCommand('logs', 'Show what happened to a timer, oldest first', help)
    .argument('<id>', 'id of the timer')
    .action(async (id, options) => {
      const data = await cli.client().timers.logs(id);
      const rows = data.map(({ at, type, message }) => [formatInstant(at), type, safeLine(message)]);
      outputFor(cli, options).print({ data }, () => renderTable(['AT', 'WHAT', 'DETAIL'], rows));
    });
}
