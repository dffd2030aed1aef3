import { ok, type Result } from '../../rejection.ts';
import type { Change, ConditionVerdict, Effect, WakeCommand } from '../commands.ts';
import { withDeliveries } from '../deliveries.ts';
import { entry } from '../log.ts';
import type { Timer, TimerIn } from '../state.ts';
import { dueAt, nextShare, shareAt } from '../time.ts';
import { claimDue } from './claim.ts';
import { fire } from './fire.ts';

/** Does what an alarm of the timer's present generation finds due; an older alarm changes nothing. */
export function wake(timer: Timer, command: WakeCommand, now: number): Result<Change> {
  if (command.generation !== timer.generation) return ok({ timer, entries: [] });
  const { abandonLeases = false } = command;
  const change =
    timer.status === 'running' ? wakeRunning(timer, command.verdict, now) : { timer, entries: [] };
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

function wakeRunning(timer: TimerIn<'running'>, verdict: ConditionVerdict | undefined, now: number): Change {
  if (now >= (timer.recheckAt ?? timer.fireAt)) return comeToFire(timer, verdict, now);
  const next = nextShare(timer);
  if (next !== null && now >= next.at) return tellProgress(timer, now);
  const at = dueAt(timer);
  // An alarm may come early (a clock that was set back); it is armed again rather than lost.
  if (at !== null && now < at)
    return { timer, entries: [], effects: [{ type: 'arm', at, generation: timer.generation }] };
  return { timer, entries: [] };
}

function comeToFire(timer: TimerIn<'running'>, verdict: ConditionVerdict | undefined, now: number): Change {
  if (timer.conditions === null) return fire(timer, now, 'Fired on time');
  if (verdict === undefined)
    throw new Error(`timer ${timer.id} has conditions that were not judged before waking it`);
  if (verdict.met) return fire(timer, now, `Fired: ${verdict.reason}`);
  return recheckOrSkip(timer, timer.conditions.onUnmet, verdict, now);
}

/** Sets off the actions of the latest share that was reached; after an outage those before it are passed over, not made up. */
function tellProgress(timer: TimerIn<'running'>, now: number): Change {
  const shares = timer.events.progress?.shares ?? [];
  const reached = shares.slice(timer.progressTold).filter((share) => shareAt(timer, share) <= now);
  const share = reached.at(-1) ?? 0;
  const passedOver = reached.slice(0, -1);
  const told = withDeliveries(
    { ...timer, progressTold: timer.progressTold + reached.length },
    'progress',
    now,
    share,
  );
  const data = { share, ...(passedOver.length === 0 ? {} : { passed_over: passedOver }) };
  return { timer: told, entries: [entry(now, 'timer.progress', `Reached ${percent(share)}`, data)] };
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
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
  const { totalMs: _, recheckAt: __, ...rest } = timer;
  const skipped: Timer = { ...rest, status: 'skipped', settledAt: now };
  return { timer: skipped, entries: [entry(now, 'timer.skipped', `Conditions not met: ${verdict.reason}`)] };
}
