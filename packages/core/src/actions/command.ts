import type { ActionFields, CommandAction } from '../domain/action.ts';
import { checkPlaceholders } from '../domain/action-checks.ts';
import type { FieldPlace } from '../domain/action-parse.ts';
import { parseDuration } from '../domain/duration.ts';
import { ok, type Rejection, type Result } from '../domain/rejection.ts';
import { placeholderValue, render, type TemplateScope } from '../domain/template.ts';
import type { JobKind } from './action-kind.ts';
import { placeholdersOf, splitCommandLine, toScript } from './command-line.ts';
import { readForRunners } from './for-runners.ts';
import { fitJob, standardVariables } from './job-values.ts';
import { templateScope } from './template-scope.ts';

const TIMEOUT_MS = { unlessTold: 600_000, min: 1_000, max: 86_400_000 };

/** Runs a command on a runner: a script for its shell, or a program with its arguments. */
export const command: JobKind<'command'> = {
  expand: (run) => ({ run }),
  read,
  describeJob(action, context, at) {
    const scope = templateScope(context, at);
    const { run, variables } = action.shell ? scriptOf(action, scope) : programOf(action, scope);
    return fitJob({
      type: 'command',
      run,
      env: { ...render(action.env, scope), ...variables, ...standardVariables(context) },
      cwd: action.cwd === null ? null : render(action.cwd, scope),
      timeout_ms: action.timeoutMs,
    });
  },
};

function read(fields: ActionFields['command'], at: FieldPlace): Result<CommandAction> {
  const { run, shell = true, cwd = null, env = {} } = fields;
  const misfit =
    (shell ? checkPlaceholders(placeholdersOf(run), at('run')) : checkProgram(run, at('run'))) ??
    checkPlaceholders(cwd, at('cwd')) ??
    checkVariables(env, at('env'));
  if (misfit) return misfit;
  const bounds = { minMs: TIMEOUT_MS.min, maxMs: TIMEOUT_MS.max };
  const timeout = parseDuration(fields.timeout ?? TIMEOUT_MS.unlessTold, at('timeout'), bounds);
  if (!timeout.ok) return timeout;
  const forRunners = readForRunners(fields, at);
  if (!forRunners.ok) return forRunners;
  return ok({ type: 'command', run, shell, cwd, env, timeoutMs: timeout.value, ...forRunners.value });
}

function checkProgram(run: string, pointer: string): Rejection | null {
  const misfit = checkPlaceholders(run, pointer);
  if (misfit) return misfit;
  const argv = splitCommandLine(run, pointer);
  return argv.ok ? null : argv;
}

function checkVariables(env: Record<string, string>, pointer: string): Rejection | null {
  for (const [name, value] of Object.entries(env)) {
    const misfit = checkPlaceholders(value, `${pointer}/${name}`);
    if (misfit) return misfit;
  }
  return null;
}

interface Filled {
  run: { script: string } | { argv: string[] };
  variables: Record<string, string>;
}

function scriptOf({ run }: CommandAction, scope: TemplateScope): Filled {
  const { text, variables } = toScript(run);
  const filled = [...variables].map(([name, path]) => [name, placeholderValue(path, scope)]);
  return { run: { script: text }, variables: Object.fromEntries(filled) };
}

function programOf({ run }: CommandAction, scope: TemplateScope): Filled {
  const argv = splitCommandLine(run, '/run');
  if (!argv.ok) throw new Error(`a command that was taken cannot be split: ${argv.detail}`);
  return { run: { argv: render(argv.value, scope) }, variables: {} };
}
