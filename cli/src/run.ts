import { readFileSync } from 'node:fs';
import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import * as z from 'zod';
import { newCli } from './lib/cli.ts';
import { EXIT, Output, type Terminal } from './lib/output.ts';
import { UsageError } from './lib/usage-error.ts';
import { newProgram } from './program.ts';
import type { Settings } from './settings.ts';

/**
 * Runs one command line and gives its exit code; failures are reported on the terminal, never thrown.
 * @param argv without the program itself
 */
export async function run(
  argv: readonly string[],
  terminal: Terminal,
  readSettings: () => Settings,
): Promise<number> {
  const cli = newCli(terminal, readSettings);
  const program = newProgram(cli, packageVersion());
  leaveReportingToUs(program, terminal);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // The help was asked for by giving no command, and is printed already.
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
    return new Output(terminal, argv.includes('--json')).fail(asUsage(error));
  }
}

function leaveReportingToUs(command: CommandUnknownOpts, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.stdout.write(text),
    writeErr: (text) => terminal.stderr.write(text),
    outputError: () => undefined,
  });
  for (const subcommand of command.commands) leaveReportingToUs(subcommand, terminal);
}

function asUsage(error: unknown): unknown {
  return error instanceof CommanderError ? new UsageError(error.message.replace(/^error: /, '')) : error;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
