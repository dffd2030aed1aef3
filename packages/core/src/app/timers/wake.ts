import type { Effect } from '../../domain/timer/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { alarmAt } from '../../domain/timer/time.ts';
import { type Transition, transition } from '../../domain/timer/transition.ts';
import type { Alarm } from '../../ports/alarm-clock.ts';
import type { Decision } from '../../ports/timer-store.ts';
import { attemptDelivery } from '../deliveries/attempt.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';

export interface WakeOptions {
  /** No attempt can be under way any more: the only process that could make one has restarted. */
  abandonLeases?: boolean;
}

/**
 * Answers an alarm: fires the timer or makes the attempts that are due, and resolves when their outcomes are recorded.
 * Rejects when the alarm should come again. An alarm that does not count any more changes nothing.
 */
export async function wakeTimer(
  deps: Deps,
  alarm: Alarm,
  { abandonLeases = false }: WakeOptions = {},
): Promise<void> {
  const woken = await deps.timers.update<Transition | null>(alarm, (current): Decision<Transition | null> => {
    if (current === null) return { result: null };
    const command = { type: 'wake', generation: alarm.generation, abandonLeases } as const;
    const result = transition(current, command, deps.clock.now());
    if (!result.ok) throw new Error(`timer ${alarm.timerId} refused an alarm: ${result.detail}`);
    return result.value.timer === current
      ? { result: { timer: current, effects: rearm(current, alarm) } }
      : { save: result.value.timer, result: result.value };
  });
  if (woken === null) return;
  const { timer, effects } = woken;
  const attempts = effects.flatMap((effect) =>
    effect.type === 'deliver' ? [attemptDelivery(deps, timer, effect)] : [],
  );
  await allEnded([performEffects(deps, timer, effects), ...attempts]);
}

/** Waits for all, then rejects as the first did that rejected: a cloud takes the processor from what goes on after an answer. */
async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** An alarm that found nothing due may have taken the place of the one that comes later, so that one is armed again. */
function rearm(timer: Timer, { generation }: Alarm): Effect[] {
  const at = alarmAt(timer);
  return at === null || generation !== timer.generation ? [] : [{ type: 'arm', at, generation }];
}
