import { readFileSync } from 'node:fs';
import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import * as z from 'zod';
import { newCli } from './lib/cli.ts';
import { Output, type Terminal } from './lib/output.ts';
import { UsageError } from './lib/usage-error.ts';
import { newProgram } from './program.ts';
import { readSettings } from './settings.ts';

const { stdout, stderr, argv, env } = process;

/** The `minoots` command: gives the exit code, never throws. */
async function main(): Promise<number> {
  const terminal: Terminal = { stdout, stderr, kind: env.TERM };
  const cli = newCli(terminal, () => readSettings(env));
  try {
    await quietly(newProgram(cli, packageVersion())).parseAsync(argv);
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return new Output(terminal, argv.includes('--json')).fail(asUsage(error));
  }
}

type Program = ReturnType<typeof newProgram>;

// Errors of the command line are reported like all others, and nothing but this file ends the process.
function quietly(program: Program): Program {
  settle(program);
  return program;
}

function settle(command: CommandUnknownOpts): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const subcommand of command.commands) settle(subcommand);
}

function asUsage(error: unknown): unknown {
  return error instanceof CommanderError ? new UsageError(error.message.replace(/^error: /, '')) : error;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

// A reader such as `head` that has seen enough is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main();
