import { hostname } from 'node:os';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { RunnerLabel } from '@minoots/contract';
import { collect, readCount, readSpanMs } from '../lib/arguments.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { UsageError } from '../lib/usage-error.ts';

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_GRACE_MS = 30_000;

const help = {
  output: 'one event per line: {"type":"job.ended","at":"…","job":{"id":"dlv_…",…},"outcome":"succeeded",…}',
  errors: ['runners_full', 'runner_in_use'],
  exitCodes: '0 when it was stopped and its jobs had finished or were given back; 1 after a second signal',
  examples: [
    'minoots runner --allow-commands',
    'minoots runner --name build-1 --label linux --label gpu --allow-commands --concurrency 2',
    'minoots runner --allow-command "npm run *" --allow-command /usr/local/bin/backup --folder ~/project',
    'minoots runner --allow-folder ~/reports',
  ],
};

/** `minoots runner`: carries out what timers have runners do, until it is stopped. */
export function runnerCommand(cli: Cli) {
  return newCommand('runner', 'Carry out commands and write files that timers ask for', help)
    .option('--name <name>', 'what to call it, and its state on this machine', readName, defaultName())
    .option('--label <label>', 'an action can ask for it in runs_on; may be repeated', readRunnerLabel)
    .option('--concurrency <n>', 'most jobs at a time', readCount, DEFAULT_CONCURRENCY)
    .option('--allow-commands', 'run any command, with all that this user may do')
    .option(
      '--allow-command <pattern>',
      'run these commands only: a script that is exactly this, or a program with these arguments, "*" at the end for any further ones; may be repeated',
      collect,
    )
    .option('--allow-folder <folder>', 'write files in this folder; may be repeated', collect)
    .option('--folder <folder>', 'where commands run, unless told otherwise', '.')
    .option(
      '--grace <duration>',
      'how long jobs may take to finish when it is stopped: 30s unless told',
      readSpanMs,
    )
    .action(async ({ allowCommands, allowCommand = [], allowFolder = [], label = [], json, ...options }) => {
      const mayRun = allowCommands === true || allowCommand.length > 0;
      if (!mayRun && allowFolder.length === 0)
        throw new UsageError('say what it may do: --allow-commands, --allow-command or --allow-folder');
      // What it is made of is of no use to any other command.
      const { work } = await import('../runner/work.ts');
      cli.exitCode = await work(cli.settings(), outputFor(cli, { json }), {
        ...options,
        labels: label,
        patterns: mayRun ? allowCommand : null,
        folders: allowFolder,
        graceMs: options.grace ?? DEFAULT_GRACE_MS,
      });
    });
}

function defaultName(): string {
  const name = hostname()
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63);
  return RunnerLabel.safeParse(name).success ? name : 'runner';
}

function readName(text: string): string {
  if (RunnerLabel.safeParse(text).success) return text;
  throw new InvalidArgumentError('Use 1 to 63 letters, digits, ".", "_" or "-".');
}

function readRunnerLabel(text: string, labels: string[] = []): string[] {
  return [...labels, readName(text)];
}
