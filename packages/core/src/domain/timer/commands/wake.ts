import { ok, type Result } from '../../rejection.ts';
import type { Change, ConditionVerdict, WakeCommand } from '../commands.ts';
import { entry } from '../log.ts';
import type { Timer, TimerIn } from '../state.ts';
import { alarmAt } from '../time.ts';
import { claimDue } from './claim.ts';
import { fire } from './fire.ts';

/** Does what an alarm of the timer's present generation finds due; an older alarm changes nothing. */
export function wake(timer: Timer, command: WakeCommand, now: number): Result<Change> {
  if (command.generation !== timer.generation) return ok({ timer, entries: [] });
  switch (timer.status) {
    case 'running':
      return ok(wakeRunning(timer, command.verdict, now));
    case 'firing':
      return ok(claimDue({ timer, entries: [] }, now, command.abandonLeases ?? false));
    default:
      return ok({ timer, entries: [] });
  }
}

function wakeRunning(timer: TimerIn<'running'>, verdict: ConditionVerdict | undefined, now: number): Change {
  const at = alarmAt(timer) ?? now;
  // An alarm may come early (a clock that was set back); it is armed again rather than lost.
  if (now < at) return { timer, entries: [], effects: [{ type: 'arm', at, generation: timer.generation }] };
  if (timer.conditions === null) return claimDue(fire(timer, now, 'Fired on time'), now, false);
  if (verdict === undefined)
    throw new Error(`timer ${timer.id} has conditions that were not judged before waking it`);
  if (verdict.met) return claimDue(fire(timer, now, `Fired: ${verdict.reason}`), now, false);
  return recheckOrSkip(timer, timer.conditions.onUnmet, verdict, now);
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
