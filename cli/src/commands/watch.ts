import type { TimerEvent } from '@minoots/contract';
import { createLogUpdate } from 'log-update';
import { renderBars } from '../lib/bars.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { formatInstant } from '../lib/format.ts';
import type { Output } from '../lib/output.ts';
import { safeLine } from '../lib/text.ts';
import { Watching } from '../lib/watching.ts';

const REDRAW_MS = 100;
const DEFAULT_ROWS = 24;

const help = {
  output:
    'one event per line: {"id":"…","type":"timer.fired","at":"…","timer_id":"tmr_…","status":"firing",…}',
  errors: ['not_found'],
  examples: ['minoots watch', 'minoots watch tmr_4fZk0Qw7cTn2Ry9LbXa1Ve'],
};

/** `minoots watch`. */
export function watchCommand(cli: Cli) {
  return newCommand('watch', 'Follow a timer, or all, until every one has ended', help)
    .argument('[id]', 'id of the timer')
    .action(async (id, options) => {
      const watching = new Watching(cli.client(), id);
      const output = outputFor(cli, options);
      if (output.canRedraw) await drawBars(watching, output);
      else await watching.run((event) => output.line(output.json ? JSON.stringify(event) : describe(event)));
      if (watching.timers.size === 0 && !output.json) output.line('No timers under way.');
    });
}

async function drawBars(watching: Watching, { terminal }: Output): Promise<void> {
  const update = createLogUpdate(terminal.stdout);
  const draw = () => {
    // Some terminals claim to have none.
    const rows = terminal.stdout.rows || DEFAULT_ROWS;
    update(renderBars([...watching.timers.values()], rows - 1));
  };
  const redrawing = setInterval(draw, REDRAW_MS);
  try {
    await watching.run(draw);
    draw();
  } finally {
    clearInterval(redrawing);
    update.done();
  }
}

function describe({ at, type, timer_name: name, message }: TimerEvent): string {
  return safeLine(`${formatInstant(at)} ${type} ${name ?? ''} ${message}`);
}
