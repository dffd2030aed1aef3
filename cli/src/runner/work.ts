import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  acceptedTypes,
  type BoardAddress,
  BoardError,
  createCarryOut,
  createHttpBoard,
  openRunnerState,
  type Runner,
  RunnerInUse,
  startRunner,
} from '@minoots/runner';
import { findDaemon } from '../daemon/find.ts';
import { EXIT, type Output } from '../lib/output.ts';
import { UsageError } from '../lib/usage-error.ts';
import { connector } from '../sdk/connection.ts';
import { MinootsError } from '../sdk/errors.ts';
import type { Settings } from '../settings.ts';
import { toJson, toText } from './event-text.ts';

export interface WorkOptions {
  readonly name: string;
  readonly labels: readonly string[];
  readonly concurrency: number;
  /** Commands that it may run; any when empty, none when null. */
  readonly patterns: readonly string[] | null;
  /** Folders that it may write files in. */
  readonly folders: readonly string[];
  /** Where commands run. */
  readonly folder: string;
  readonly graceMs: number;
}

/**
 * Works as a runner until a signal stops it; a second one kills what is under way.
 * @returns the exit code
 * @throws MinootsError, UsageError
 */
export async function work(settings: Settings, output: Output, options: WorkOptions): Promise<number> {
  const { name, labels, concurrency, patterns } = options;
  const folder = existing(options.folder);
  const permissions = {
    commands: patterns === null ? null : { patterns },
    folders: options.folders.map(existing),
  };
  const connect = boardFinder(settings);
  // What is wrong with the settings shows here, and not as a server that is away.
  await connect();
  const state = await openRunnerState(join(settings.home, 'runners', name)).catch(explainUse);
  const runner = startRunner({
    name,
    labels,
    concurrency,
    board: createHttpBoard({ runnerId: state.id, connect }),
    journal: state.journal,
    carryOut: createCarryOut({ permissions, folder, env: process.env }),
    accepts: acceptedTypes(permissions),
    report: (event) =>
      output.line(output.json ? JSON.stringify(toJson(event)) : toText(event, { name, id: state.id })),
  });
  try {
    return await untilStopped(runner, options.graceMs);
  } finally {
    state.release();
  }
}

async function untilStopped(runner: Runner, graceMs: number): Promise<number> {
  let signals = 0;
  const stop = () => {
    signals += 1;
    const ended = signals === 1 ? runner.stop(graceMs) : runner.stop(0, 0);
    // Its end is awaited below.
    ended.catch(() => {});
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    await runner.ended;
    return signals > 1 ? EXIT.failed : EXIT.ok;
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    throw new MinootsError({ code: error.code ?? 'client_failed', detail: error.message, cause: error });
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}

/** Finds the API as every command does, but starts a local server only once: one that was stopped is to stay so. */
function boardFinder(settings: Settings): () => Promise<BoardAddress> {
  const connect = connector(settings);
  let wasFound = false;
  return async () => {
    const isLocal = settings.url === undefined;
    if (wasFound && isLocal && (await findDaemon(settings.home)) === null)
      throw new Error('the local server does not run');
    const { url, apiKey } = await connect();
    wasFound = true;
    return { url, key: apiKey };
  };
}

function existing(folder: string): string {
  const path = resolve(folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  throw new UsageError(`there is no folder ${path}`);
}

function explainUse(error: unknown): never {
  if (!(error instanceof RunnerInUse)) throw error;
  throw new MinootsError({
    code: 'runner_in_use',
    detail: `${error.message}; choose another --name`,
    cause: error,
  });
}
