import { ok, type Result } from '../../rejection.ts';
import type { Change, ConditionVerdict, Effect, WakeCommand } from '../commands.ts';
import { isOver, withDeliveries } from '../deliveries.ts';
import { entry } from '../log.ts';
import { countingAgainst } from '../places.ts';
import type { NewLogEntry, Timer, TimerIn } from '../state.ts';
import { isTimeUp, shareAt } from '../time.ts';
import { isFirstLook } from '../verdict.ts';
import { throttle as putOff } from './budget.ts';
import { claimDue } from './claim.ts';
import { fire } from './fire.ts';

/** Does what an alarm of the timer's present generation finds due; an older alarm changes nothing. */
export function wake(timer: Timer, command: WakeCommand, now: number): Result<Change> {
  if (command.generation !== timer.generation) return ok({ timer, entries: [] });
  const { abandonLeases = false } = command;
  const change = timer.status === 'running' ? wakeRunning(timer, command, now) : { timer, entries: [] };
  const { effects = [], ...claimed } = claimDue(change, now, abandonLeases);
  return ok({ ...claimed, effects: [...effects, ...unfinished(timer)] });
}

/** What a process that stopped half-way had still to do. */
function unfinished(timer: Timer): Effect[] {
  const effects: Effect[] = [];
  if (timer.outbox.length > 0) effects.push({ type: 'tell-others', items: timer.outbox });
  const isUnchecked = timer.status === 'waiting' && (timer.dependencies?.uncheckedSince ?? null) !== null;
  if (isUnchecked) effects.push({ type: 'check-parents' });
  return effects;
}

function wakeRunning(timer: TimerIn<'running'>, command: WakeCommand, now: number): Change {
  if (!isTimeUp(timer, now)) return tellProgress(timer, now);
  const { told, entries } = passOverShares(timer, now);
  const change = comeToFire(told, command, now);
  return { ...change, entries: [...entries, ...change.entries] };
}

function comeToFire(timer: TimerIn<'running'>, command: WakeCommand, now: number): Change {
  const { verdict } = command;
  if (isFirstLook(timer)) {
    if (command.unfit === undefined)
      throw new Error(`timer ${timer.id} was woken without a word on whether it shall run`);
    if (command.unfit !== null) return skip(timer, command.unfit, now);
  }
  if (timer.conditions === null) return fireAsAllowed(timer, command, 'Fired on time', now);
  if (verdict === undefined)
    throw new Error(`timer ${timer.id} has conditions that were not judged before waking it`);
  if (verdict.met) return fireAsAllowed(timer, command, `Fired: ${verdict.reason}`, now);
  return recheckOrSkip(timer, timer.conditions.onUnmet, verdict, now);
}

/** What the budget of its agent leaves of a fire. */
function fireAsAllowed(
  timer: TimerIn<'running'>,
  { noRoom, throttle, countAgainst }: WakeCommand,
  reason: string,
  now: number,
): Change {
  if (noRoom !== undefined) return skip(timer, noRoom, now);
  if (throttle !== undefined) return putOff(timer, throttle, now);
  const change = fire(timer, now, reason);
  return countAgainst === undefined
    ? change
    : { ...change, timer: countingAgainst(change.timer, countAgainst) };
}

/** Sets off the actions of the latest share that was reached; after an outage those before it are passed over, not made up. */
function tellProgress(timer: TimerIn<'running'>, now: number): Change {
  const reached = sharesLeft(timer).filter((share) => shareAt(timer, share) <= now);
  const share = reached.at(-1);
  if (share === undefined) return { timer, entries: [] };
  const passedOver = reached.slice(0, -1);
  const progressTold = timer.progressTold + reached.length;
  if (isBeingTold(timer, share)) {
    const message = `Reached ${percent(share)} again while the actions of the last time are under way`;
    const entries = [entry(now, 'timer.progress', message, { passed_over: reached })];
    return { timer: { ...timer, progressTold }, entries };
  }
  return {
    timer: withDeliveries({ ...timer, progressTold }, 'progress', now, share),
    entries: [
      entry(now, 'timer.progress', `Reached ${percent(share)}`, {
        share,
        ...(passedOver.length === 0 ? {} : { passed_over: passedOver }),
      }),
    ],
  };
}

/** Since a touch the share has come up anew, and what it set off before is not over. Piling up more would know no bounds. */
function isBeingTold({ deliveries }: Timer, share: number): boolean {
  return deliveries.some(
    (delivery) => delivery.trigger === 'progress' && delivery.share === share && !isOver(delivery),
  );
}

/** Leaves out the shares that an outage kept from being told before the time was up. */
function passOverShares(
  timer: TimerIn<'running'>,
  now: number,
): { told: TimerIn<'running'>; entries: NewLogEntry[] } {
  const left = sharesLeft(timer);
  if (left.length === 0) return { told: timer, entries: [] };
  const told = { ...timer, progressTold: timer.progressTold + left.length };
  const message = `The time is up; passed over ${left.map(percent).join(', ')}`;
  return { told, entries: [entry(now, 'timer.progress', message, { passed_over: left })] };
}

function sharesLeft({ events, progressTold }: Timer): number[] {
  return events.progress?.shares.slice(progressTold) ?? [];
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100} %`;
}

function recheckOrSkip(
  timer: TimerIn<'running'>,
  onUnmet: NonNullable<Timer['conditions']>['onUnmet'],
  verdict: ConditionVerdict,
  now: number,
): Change {
  if (onUnmet.type === 'recheck' && now + onUnmet.everyMs <= timer.fireAt + onUnmet.giveUpAfterMs) {
    const recheckAt = now + onUnmet.everyMs;
    return {
      timer: { ...timer, recheckAt },
      entries: [entry(now, 'timer.recheck', `Conditions not met: ${verdict.reason}`)],
    };
  }
  return skip(timer, `Conditions not met: ${verdict.reason}`, now);
}

function skip(timer: TimerIn<'running'>, reason: string, now: number): Change {
  const { totalMs: _, recheckAt: __, throttledUntil: ___, ...rest } = timer;
  const skipped: Timer = { ...rest, status: 'skipped', settledAt: now };
  return { timer: skipped, entries: [entry(now, 'timer.skipped', reason)] };
}
