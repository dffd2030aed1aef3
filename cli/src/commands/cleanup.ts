import { TERMINAL_STATUSES } from '@minoots/contract';
import * as z from 'zod';
import { readDuration } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { UsageError } from '../lib/usage-error.ts';

const Statuses = z.array(z.enum(TERMINAL_STATUSES));

const help = {
  output: '{"removed":12}',
  errors: ['invalid_request'],
  examples: ['minoots cleanup', 'minoots cleanup --older-than 7d --status expired,cancelled'],
};

/** `minoots cleanup`. */
export function cleanupCommand(cli: Cli) {
  return newCommand('cleanup', 'Remove timers that have ended', help)
    .option(
      '--older-than <duration>',
      'only those that ended longer ago: 30m, 7d or milliseconds',
      readDuration,
    )
    .option('--status <statuses>', `only some of ${TERMINAL_STATUSES.join(', ')}; with commas`)
    .action(async (options) => {
      const { olderThan, status } = options;
      const statuses = status === undefined ? undefined : Statuses.safeParse(status.split(','));
      if (statuses?.success === false) throw new UsageError(`--status takes ${TERMINAL_STATUSES.join(', ')}`);
      const result = await cli.client().timers.cleanup({
        ...(olderThan !== undefined && { older_than: olderThan }),
        ...(statuses && { status: statuses.data }),
      });
      outputFor(cli, options).print(result, () => `${result.removed} removed`);
    });
}
