import { open, rename, rm } from 'node:fs/promises';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';

const help = {
  output:
    'a portable timer per line: {"type":"timer","version":1,"id":"tmr_…",…}; with --output {"exported":12,"file":"timers.jsonl"}',
  errors: ['forbidden'],
  examples: ['minoots export --output timers.jsonl', 'minoots export > timers.jsonl'],
};

/** `minoots export`. */
export function exportCommand(cli: Cli) {
  return newCommand(
    'export',
    'Write down all timers that have not ended, to be moved to another server',
    help,
  )
    .option('-o, --output <file>', 'write to this file, for its owner alone to read')
    .action(async (options) => {
      const output = outputFor(cli, options);
      const { output: file } = options;
      const timers = cli.client().portability.exportAll();
      if (file === undefined) {
        for await (const timer of timers) output.line(JSON.stringify(timer));
        return;
      }
      const exported = await writeLines(file, timers);
      output.print({ exported, file }, () => `${pc.green('✓')} ${exported} timers in ${file}`);
    });
}

/** Writes an object per line. The file is there once it is whole. */
async function writeLines(file: string, objects: AsyncIterable<object>): Promise<number> {
  const draft = `${file}.part`;
  let count = 0;
  // Actions may hold credentials in their headers.
  const handle = await open(draft, 'w', 0o600);
  try {
    for await (const object of objects) {
      await handle.write(`${JSON.stringify(object)}\n`);
      count += 1;
    }
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await handle.close();
    await rm(draft, { force: true });
    throw error;
  }
  return count;
}
