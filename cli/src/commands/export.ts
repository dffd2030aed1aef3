import { open, rename, rm } from 'node:fs/promises';
import type { Portable } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';

const help = {
  output:
    'a portable timer or schedule per line: {"type":"timer","version":1,"id":"tmr_…",…}; with --output {"exported":12,"schedules":2,"file":"timers.jsonl"}',
  errors: ['forbidden'],
  examples: ['minoots export --output timers.jsonl', 'minoots export > timers.jsonl'],
};

/** `minoots export`. */
export function exportCommand(cli: Cli) {
  return newCommand(
    'export',
    'Write down all timers that have not ended and all schedules, to be moved to another server',
    help,
  )
    .option('-o, --output <file>', 'write to this file, for its owner alone to read')
    .action(async (options) => {
      const output = outputFor(cli, options);
      const { output: file } = options;
      const items = cli.client().portability.exportAll();
      if (file === undefined) {
        for await (const item of items) output.line(JSON.stringify(item));
        return;
      }
      const { exported, schedules } = await writeLines(file, items);
      output.print(
        { exported, schedules, file },
        () => `${pc.green('✓')} ${exported - schedules} timers and ${schedules} schedules in ${file}`,
      );
    });
}

/** Writes an item per line. The file is there once it is whole. */
async function writeLines(
  file: string,
  items: AsyncIterable<Portable>,
): Promise<{ exported: number; schedules: number }> {
  const draft = `${file}.part`;
  const written = { exported: 0, schedules: 0 };
  // Actions may hold credentials in their headers.
  const handle = await open(draft, 'w', 0o600);
  try {
    for await (const item of items) {
      await handle.write(`${JSON.stringify(item)}\n`);
      written.exported += 1;
      if (item.type === 'schedule') written.schedules += 1;
    }
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await handle.close();
    await rm(draft, { force: true });
    throw error;
  }
  return written;
}
