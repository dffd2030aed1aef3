import { Command } from '@commander-js/extra-typings';
import { ensureDaemon } from '../daemon/ensure.ts';
import { findDaemon, type RunningDaemon } from '../daemon/find.ts';
import { daemonPaths } from '../daemon/paths.ts';
import { stopDaemon } from '../daemon/stop.ts';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { renderFields } from '../lib/table.ts';

const SHAPE = '{"running":true,"url":"http://127.0.0.1:…","pid":4711,"version":"…","home":"…","log":"…"}';

/** `minoots daemon`: the server of this machine, which other commands start by themselves. */
export function daemonCommand(cli: Cli) {
  return new Command('daemon')
    .summary('Look after the local server')
    .description(
      'Look after the local server, which keeps its data in MINOOTS_HOME (~/.minoots) and starts by itself when MINOOTS_URL is not set.',
    )
    .addCommand(statusCommand(cli))
    .addCommand(startCommand(cli))
    .addCommand(stopCommand(cli));
}

function statusCommand(cli: Cli) {
  const help = { output: `${SHAPE}, or {"running":false,…}`, examples: ['minoots daemon status'] };
  return newCommand('status', 'Say whether the local server runs, and where', help).action(
    async (options) => {
      const state = stateOf(cli, await findDaemon(cli.settings().home));
      outputFor(cli, options).print(state, () => describe(state));
    },
  );
}

function startCommand(cli: Cli) {
  const help = { output: SHAPE, examples: ['minoots daemon start'] };
  return newCommand('start', 'Start the local server unless it runs', help).action(async (options) => {
    const state = stateOf(cli, await ensureDaemon(cli.settings().home));
    outputFor(cli, options).print(state, () => describe(state));
  });
}

function stopCommand(cli: Cli) {
  const help = { output: '{"stopped":true}', errors: ['timed_out'], examples: ['minoots daemon stop'] };
  return newCommand('stop', 'Stop the local server; its timers wait in the data folder', help).action(
    async (options) => {
      const stopped = await stopDaemon(cli.settings().home);
      outputFor(cli, options).print({ stopped: stopped !== null }, () =>
        stopped === null ? 'It does not run.' : `Stopped (process ${stopped.pid}).`,
      );
    },
  );
}

interface DaemonState {
  running: boolean;
  url: string | null;
  pid: number | null;
  version: string | null;
  home: string;
  log: string;
}

function stateOf(cli: Cli, daemon: RunningDaemon | null): DaemonState {
  const { home } = cli.settings();
  const { log } = daemonPaths(home);
  const { url = null, pid = null, version = null } = daemon ?? {};
  return { running: daemon !== null, url, pid, version, home, log };
}

function describe({ running, url, pid, version, home, log }: DaemonState): string {
  return renderFields([
    ['server', running ? 'running' : 'not running'],
    ['url', url],
    ['process', pid === null ? null : String(pid)],
    ['version', version],
    ['data', home],
    ['log', log],
  ]);
}
