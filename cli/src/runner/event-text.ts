import type { Job, JobType } from '@minoots/contract';
import type { RunnerEvent } from '@minoots/runner';
import pc from 'picocolors';
import prettyMs from 'pretty-ms';
import { safeLine } from '../lib/text.ts';

const MAX_SHOWN = 60;
const WORK: Record<JobType, string> = { command: 'commands', file_write: 'files' };

/** What a runner tells of its work, on a line for a person. */
export function toText(event: RunnerEvent, { name, id }: { name: string; id: string }): string {
  const clock = pc.dim(new Date().toLocaleTimeString('sv-SE'));
  return `${clock} ${describe(event, `${name} (${id})`)}`;
}

function describe(event: RunnerEvent, runner: string): string {
  switch (event.type) {
    case 'runner.ready':
      return `${runner} waits for ${event.accepts.map((type) => WORK[type]).join(' and ')}`;
    case 'runner.stopping':
      return event.underWay === 0 ? 'stopping' : `stopping when ${event.underWay} under way have finished`;
    case 'job.started':
      return `${pc.cyan('▶')} ${titleOf(event.job)}: ${safeLine(taskOf(event.job)).slice(0, MAX_SHOWN)}`;
    case 'job.ended': {
      const { outcome, error, durationMs } = event.outcome;
      const took = pc.dim(prettyMs(durationMs, { unitCount: 2 }));
      const isSuccess = outcome === 'succeeded';
      if (isSuccess) return `${pc.green('✓')} ${titleOf(event.job)} ${took}`;
      return `${pc.red('✗')} ${titleOf(event.job)}: ${outcome === 'refused' ? 'refused: ' : ''}${safeLine(error ?? '')} ${took}`;
    }
    case 'job.lost':
      return `${pc.yellow('–')} ${titleOf(event.job)} is not this runner’s any more`;
    case 'job.released':
      return `${pc.yellow('–')} ${titleOf(event.job)} is given back`;
    case 'job.settled':
      return `${pc.yellow('–')} ${event.attempt.id}, left by an earlier start, is ${event.how}`;
    case 'job.unreportable':
      return `${pc.red('✗')} ${event.attempt.id} cannot be reported: ${safeLine(event.detail)}`;
    case 'journal.failed':
      return `${pc.yellow('!')} the state on disk cannot be written: ${safeLine(event.detail)}`;
    case 'board.unavailable':
      return `${pc.yellow('!')} ${safeLine(event.detail)}; trying again`;
    case 'board.back':
      return 'the server is back';
  }
}

function titleOf({ timer, attempt }: Job): string {
  return attempt === 1 ? safeLine(timer.name) : `${safeLine(timer.name)}, attempt ${attempt}`;
}

function taskOf({ action }: Job): string {
  if (action.type === 'file_write') return action.file;
  return 'script' in action.run ? action.run.script : action.run.argv.join(' ');
}

/** The same for a program. */
export function toJson(event: RunnerEvent): object {
  return { type: event.type, at: new Date().toISOString(), ...fieldsOf(event) };
}

function fieldsOf(event: RunnerEvent): object {
  switch (event.type) {
    case 'runner.ready':
      return { accepts: event.accepts };
    case 'runner.stopping':
      return { under_way: event.underWay };
    case 'job.ended': {
      const { outcome, durationMs, exitCode, error, outputTail } = event.outcome;
      const result = {
        outcome,
        duration_ms: durationMs,
        exit_code: exitCode,
        error,
        output_tail: outputTail,
      };
      return { job: jobOf(event.job), ...result };
    }
    case 'job.started':
    case 'job.lost':
    case 'job.released':
      return { job: jobOf(event.job) };
    case 'job.settled':
      return { job: event.attempt, how: event.how };
    case 'job.unreportable':
      return { job: event.attempt, detail: event.detail };
    case 'journal.failed':
      return { detail: event.detail };
    case 'board.unavailable':
      return { detail: event.detail, retry_in_ms: Math.round(event.retryInMs) };
    case 'board.back':
      return {};
  }
}

function jobOf({ id, attempt, timer, action }: Job): object {
  return { id, attempt, timer_id: timer.id, timer_name: timer.name, action: action.type };
}
