import { ok, type Result } from '../rejection.ts';
import { lookAgain, takePlaces } from './commands/budget.ts';
import { cancel } from './commands/cancel.ts';
import { endLine } from './commands/end-line.ts';
import { extend } from './commands/extend.ts';
import { fireNow } from './commands/fire.ts';
import { completeJob, giveUpJobs, leaseJobs, releaseJob, renewJob } from './commands/jobs.ts';
import { clearOutbox, expectDependents, parentsChecked } from './commands/keep-track.ts';
import { note } from './commands/note.ts';
import { pause } from './commands/pause.ts';
import { postpone } from './commands/postpone.ts';
import { recordOutcome } from './commands/record-outcome.ts';
import { redeliver, redeliverMany } from './commands/redeliver.ts';
import { release } from './commands/release.ts';
import { reschedule } from './commands/reschedule.ts';
import { resume } from './commands/resume.ts';
import { settleParent } from './commands/settle-parent.ts';
import { touch } from './commands/touch.ts';
import { update } from './commands/update.ts';
import { wake } from './commands/wake.ts';
import type { Change, Effect, TimerCommand } from './commands.ts';
import { withinBounds } from './deliveries.ts';
import { appendLog } from './log.ts';
import { newsForOthers } from './outbox.ts';
import { countingAgainst } from './places.ts';
import { MAX_RECENT_COMMANDS, type Timer } from './state.ts';
import { dueAt, dueOrLostAt, isTerminal } from './time.ts';

/** What changes nothing that is shown of a timer: whoever has read it before has seen it as it is. */
const UNSHOWN: ReadonlySet<TimerCommand['type']> = new Set([
  'renew-job',
  'expect-dependents',
  'parents-checked',
  'clear-outbox',
]);

/** A timer after a command, and what follows from it. The very same timer means that nothing changed. */
export interface Transition {
  timer: Timer;
  effects: Effect[];
}

/**
 * The one way a timer changes: pure, with the clock and all randomness passed in.
 * @param commandId names the request; one that the timer has seen already changes nothing
 */
export function transition(
  timer: Timer,
  command: TimerCommand,
  now: number,
  commandId?: string,
): Result<Transition> {
  if (commandId !== undefined && timer.recentCommands.includes(commandId)) return ok({ timer, effects: [] });
  const result = apply(timer, command, now);
  if (!result.ok) return result;
  const change = result.value;
  const after = change.timer === timer ? timer : seal(timer, change, command, now, commandId);
  return ok({ timer: after, effects: consequences(timer, after, change, command) });
}

function apply(timer: Timer, command: TimerCommand, now: number): Result<Change> {
  switch (command.type) {
    case 'wake':
      return wake(timer, command, now);
    case 'pause':
      return pause(timer, now);
    case 'resume':
      return resume(timer, now);
    case 'extend':
      return extend(timer, command.byMs, now);
    case 'reschedule':
      return reschedule(timer, command.when, now);
    case 'touch':
      return touch(timer, now);
    case 'fire-now':
      return fireNow(timer, now);
    case 'cancel':
      return cancel(timer, now);
    case 'end-line':
      return ok(endLine(timer, now));
    case 'update':
      return update(timer, command, now);
    case 'record-outcome':
      return recordOutcome(timer, command, now);
    case 'lease-jobs':
      return ok(leaseJobs(timer, command, now));
    case 'renew-job':
      return renewJob(timer, command, now);
    case 'complete-job':
      return completeJob(timer, command, now);
    case 'release-job':
      return releaseJob(timer, command, now);
    case 'give-up-jobs':
      return ok(giveUpJobs(timer, now));
    case 'postpone':
      return ok(postpone(timer, command, now));
    case 'release':
      return ok(release(timer, command));
    case 'note':
      return ok(note(timer, command.entry));
    case 'redeliver':
      return redeliver(timer, command.deliveryNumber, now);
    case 'redeliver-many':
      return ok(redeliverMany(timer, command.deliveryNumbers, now));
    case 'settle-parent':
      return settleParent(timer, command, now);
    case 'count':
      return ok(takePlaces(timer, command.against));
    case 'look-again':
      return ok(lookAgain(timer));
    case 'expect-dependents':
      return ok(expectDependents(timer));
    case 'parents-checked':
      return ok(parentsChecked(timer));
    case 'clear-outbox':
      return ok(clearOutbox(timer, command.untilVersion));
    default:
      return command satisfies never;
  }
}

function seal(
  before: Timer,
  change: Change,
  { type }: TimerCommand,
  now: number,
  commandId: string | undefined,
): Timer {
  const recentCommands =
    commandId === undefined
      ? before.recentCommands
      : [...before.recentCommands, commandId].slice(-MAX_RECENT_COMMANDS);
  const version = before.version + 1;
  const log = appendLog(before.log, change.entries, version);
  const outbox = [...change.timer.outbox, ...newsForOthers(before, change.timer, { version, since: now })];
  const deliveries = withinBounds(change.timer.deliveries);
  const seen = UNSHOWN.has(type)
    ? { unshownVersions: (before.unshownVersions ?? 0) + 1 }
    : { updatedAt: now };
  const sealed = { ...change.timer, deliveries, log, outbox, recentCommands, version, ...seen };
  // One that has ended and is opened again does not count again.
  return isTerminal(sealed) ? countingAgainst(sealed, []) : sealed;
}

function consequences(before: Timer, after: Timer, change: Change, command: TimerCommand): Effect[] {
  const effects: Effect[] = change.entries.map((entry) => ({ type: 'notify', entry }));
  effects.push(...alarmChanges(before, after, command));
  const news = after.outbox.filter(({ version }) => version > before.version);
  if (news.length > 0) effects.push({ type: 'tell-others', items: news });
  return [...effects, ...(change.effects ?? [])];
}

/** The new alarm comes before the end of the old one, so that a crash in between leaves one too many and never none. */
function alarmChanges(before: Timer, after: Timer, command: TimerCommand): Effect[] {
  if (command.type === 'wake') {
    return command.generation === before.generation ? nextAlarm(before, after) : [];
  }
  const [was, is] = [dueAt(before), dueAt(after)];
  if (was === is && before.generation === after.generation) return [];
  const effects = armAt(is, after);
  if (was !== null && before.generation !== after.generation)
    effects.push({ type: 'disarm', at: was, generation: before.generation });
  return effects;
}

/**
 * What an alarm that goes off arms, whether or not it came to anything: it may have taken the place of the next one. It
 * is not disarmed, since it has to come again should its handler stop half-way. One that finds its attempts under way is
 * such a repeat, and they may be lost, so it comes once more at the end of their leases.
 */
function nextAlarm(before: Timer, after: Timer): Effect[] {
  return armAt(after === before ? dueOrLostAt(after) : dueAt(after), after);
}

function armAt(at: number | null, { generation }: Timer): Effect[] {
  return at === null ? [] : [{ type: 'arm', at, generation }];
}
