import { mkdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { type Job, MAX_OUTPUT_TAIL_BYTES } from '@minoots/contract';
import type { JobOutcome } from './board/job-board.ts';
import { commandEnvironment } from './command/environment.ts';
import { findProgram } from './command/find-program.ts';
import { type CommandEnd, type LeashedCommand, runLeashed } from './command/leashed.ts';
import { messageOf, Refused } from './failure.ts';
import { isInside } from './files/place.ts';
import { writeInside } from './files/write.ts';
import { type CommandAction, commandRefusal, FILLED_IN, type Permissions } from './permissions.ts';

/** A job under way. */
export interface Execution {
  /** Never rejects. */
  readonly ended: Promise<JobOutcome>;
  /** The end of its output so far. */
  outputTail(): string;
  /** Ends it with all that it started: by SIGTERM, and by SIGKILL after so many ms. */
  stop(killAfterMs: number): void;
}

/** Begins a job. */
export type CarryOut = (job: Job) => Execution;

export interface Workplace {
  readonly permissions: Permissions;
  /** Where commands run and what their relative folders count from; absolute. It is made when it is missing. */
  readonly folder: string;
  /** What commands find in their environment, credentials of MINOOTS left out. */
  readonly env: NodeJS.ProcessEnv;
}

const MAX_ERROR_CHARACTERS = 1_000;

/** Carries jobs out in a workplace, as far as they are allowed there. */
export function createCarryOut(workplace: Workplace): CarryOut {
  return (job) =>
    job.action.type === 'command' ? command(workplace, job.action) : fileWrite(workplace, job);
}

function fileWrite({ folder, permissions: { folders } }: Workplace, { id, action }: Job): Execution {
  const work = async () => {
    if (action.type !== 'file_write') throw new Refused('this is no file to write');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeInside(folders, action, `.minoots-${id}`);
    return succeeded();
  };
  return { ended: timed(work), outputTail: () => '', stop: () => {} };
}

function command(workplace: Workplace, action: CommandAction): Execution {
  let running: LeashedCommand | null = null;
  let isStopped = false;
  const work = async () => {
    const order = await prepare(workplace, action);
    if (isStopped) return failed('it was stopped before it began');
    running = runLeashed({ ...order, timeoutMs: action.timeout_ms, tailBytes: MAX_OUTPUT_TAIL_BYTES });
    return outcomeOf(await running.ended, action.timeout_ms);
  };
  return {
    ended: timed(work),
    outputTail: () => running?.tail() ?? '',
    stop(killAfterMs) {
      isStopped = true;
      running?.stop(killAfterMs);
    },
  };
}

/** @throws Refused, or an Error that says why it cannot begin */
async function prepare(workplace: Workplace, action: CommandAction) {
  const refusal = commandRefusal(workplace.permissions, action) ?? refusalOfWindows(action);
  if (refusal !== null) throw new Refused(refusal);
  const cwd = await folderOf(workplace, action.cwd);
  const env = commandEnvironment(workplace.env, action.env);
  const { run } = action;
  if ('script' in run) return { ...shell(run.script), cwd, env };
  const [name = '', ...args] = run.argv;
  const file = process.platform === 'win32' ? name : await findProgram(name, env.PATH, cwd);
  if (file === null) throw new Error(`there is no program ${name}`);
  return { file, args, cwd, env };
}

function shell(script: string): { file: string; args: string[] } {
  return process.platform === 'win32'
    ? { file: process.env.ComSpec ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${script}"`] }
    : { file: '/bin/sh', args: ['-c', script] };
}

/** cmd.exe puts the values of variables into a script before it reads it, so they could end a command and begin another. */
function refusalOfWindows({ run }: CommandAction): string | null {
  const isUnsafe = process.platform === 'win32' && 'script' in run && run.script.includes(FILLED_IN);
  return isUnsafe
    ? 'placeholders in a script are not safe in the shell of Windows; name a program and its arguments instead'
    : null;
}

async function folderOf({ folder }: Workplace, cwd: string | null): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (cwd === null) return folder;
  const path = resolve(folder, cwd);
  if (!isAbsolute(cwd) && !isWithin(folder, path)) throw outside(cwd);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Error(`there is no folder ${path} to run it in`);
  if (!isAbsolute(cwd) && !isWithin(await realpath(folder), await realpath(path))) throw outside(cwd);
  return path;
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || isInside(folder, path);
}

function outside(cwd: string): Refused {
  return new Refused(`the folder ${cwd} is outside of the runner’s`);
}

function outcomeOf({ code, signal, timedOut, error, tail }: CommandEnd, timeoutMs: number): Untimed {
  if (error !== null) return failed(error, tail);
  if (timedOut) return failed(`it was killed: it took longer than its ${timeoutMs} ms`, tail);
  if (signal !== null) return failed(`it was ended by ${signal}`, tail);
  if (code !== 0) return { ...failed(`it ended with exit code ${code}`, tail), exitCode: code };
  return { ...succeeded(), exitCode: 0, outputTail: tail };
}

type Untimed = Omit<JobOutcome, 'durationMs'>;

async function timed(work: () => Promise<Untimed>): Promise<JobOutcome> {
  const startedAt = performance.now();
  const outcome = await work().catch((error: unknown): Untimed => {
    const reason = messageOf(error);
    return { ...failed(reason), outcome: error instanceof Refused ? 'refused' : 'failed' };
  });
  return { ...outcome, durationMs: Math.round(performance.now() - startedAt) };
}

function succeeded(): Untimed {
  return { outcome: 'succeeded', exitCode: null, error: null, outputTail: '' };
}

function failed(error: string, outputTail = ''): Untimed {
  return { outcome: 'failed', exitCode: null, error: error.slice(0, MAX_ERROR_CHARACTERS), outputTail };
}
