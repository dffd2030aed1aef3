import { isAbsolute, resolve } from 'node:path';
import type { ActionSet } from '@minoots/contract';
import { isOnThisMachine } from '../sdk/connection.ts';
import type { Settings } from '../settings.ts';
import { UsageError } from './usage-error.ts';

/** The options that say what happens when a timer fires. */
export interface EventOptions {
  webhook?: string | undefined;
  message?: string | undefined;
  command?: string | undefined;
  cwd?: string | undefined;
  file?: string | undefined;
  content?: string | undefined;
  append?: true | undefined;
  runsOn?: string[] | undefined;
  claimWithin?: string | undefined;
}

/** What the options ask for; undefined when that is nothing. @throws UsageError for those that do not go together */
export function readActions(
  { webhook, message, command, cwd, file, content, append, runsOn, claimWithin }: EventOptions,
  settings: () => Settings,
): ActionSet | undefined {
  if (command === undefined && cwd !== undefined) throw new UsageError('--cwd goes with --command');
  if ((file === undefined) !== (content === undefined))
    throw new UsageError('--file and --content go together');
  if (file === undefined && append) throw new UsageError('--append goes with --file');
  if (command === undefined && file === undefined && runsOn)
    throw new UsageError('--runs-on goes with --command or --file');
  if (command === undefined && file === undefined && claimWithin !== undefined)
    throw new UsageError('--claim-within goes with --command or --file');
  const forRunners = {
    ...(runsOn && { runs_on: runsOn }),
    ...(claimWithin !== undefined && { claim_within: claimWithin }),
  };
  const actions: ActionSet = {
    ...(webhook && { webhook }),
    ...(message && { message }),
    ...(command !== undefined && { command: { run: command, ...folderOf(cwd, settings), ...forRunners } }),
    ...(file !== undefined &&
      content !== undefined && {
        file_write: { file: inside(file), content, ...(append && { append }), ...forRunners },
      }),
  };
  return Object.keys(actions).length === 0 ? undefined : actions;
}

/** A command that is typed here belongs here, unless those who run it are on other machines. */
function folderOf(cwd: string | undefined, settings: () => Settings): { cwd?: string } {
  if (isOnThisMachine(settings())) return { cwd: resolve(cwd ?? '.') };
  return cwd === undefined ? {} : { cwd };
}

/** Elsewhere a runner writes nothing, and one would learn of it only when the timer fires. */
function inside(file: string): string {
  if (!isAbsolute(file)) return file;
  throw new UsageError(
    '--file is a path in the folder of the runner, such as notes/tea.txt; write elsewhere with --command',
  );
}
