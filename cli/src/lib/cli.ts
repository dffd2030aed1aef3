import { Command } from '@commander-js/extra-typings';
import { MinootsClient } from '../sdk/client.ts';
import { connector } from '../sdk/connection.ts';
import { Transport } from '../sdk/http.ts';
import type { Settings } from '../settings.ts';
import { type HelpText, renderHelp } from './help.ts';
import { Output, type Terminal } from './output.ts';

/** What commands work with; the first use of the client is what may start a local server. */
export interface Cli {
  readonly terminal: Terminal;
  settings(): Settings;
  client(): MinootsClient;
  /** Set by a command whose outcome is not simply success. */
  exitCode: number;
}

export function newCli(terminal: Terminal, readSettings: () => Settings): Cli {
  let client: MinootsClient | null = null;
  return {
    terminal,
    exitCode: 0,
    settings: readSettings,
    client: () => {
      client ??= new MinootsClient(new Transport(connector(readSettings())));
      return client;
    },
  };
}

/** A command with what all have in common. */
export function newCommand(name: string, summary: string, help: HelpText) {
  return new Command(name)
    .summary(summary)
    .description(`${summary}.`)
    .option('--json', 'print JSON, as is done anyway when the output is no terminal')
    .addHelpText('after', renderHelp(help));
}

export function outputFor(cli: Cli, options: { json?: true | undefined }): Output {
  return new Output(cli.terminal, options.json);
}
