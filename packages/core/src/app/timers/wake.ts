import type { Timer } from '../../domain/timer/state.ts';
import type { Transition } from '../../domain/timer/transition.ts';
import type { Alarm } from '../../ports/alarm-clock.ts';
import { LimitReached } from '../../ports/quota-ledger.ts';
import { attemptDelivery } from '../deliveries/attempt.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { whyNoRoom } from './insert.ts';
import { answer, decideWake, type Known, type Woken } from './wake-questions.ts';

export interface WakeOptions {
  /** No attempt can be under way any more: the only process that could make one has restarted. */
  abandonLeases?: boolean;
}

/** More than a timer has questions, even if it changes in between. */
const MAX_ROUNDS = 8;

/**
 * Answers an alarm: fires the timer or makes the attempts that are due, and resolves when their outcomes are recorded.
 * Rejects when the alarm should come again. An alarm that does not count any more changes nothing, and neither does one of a
 * team that was deleted.
 */
export async function wakeTimer(deps: Deps, alarm: Alarm, options: WakeOptions = {}): Promise<void> {
  if (await deps.deletedTeams.isDeleted(alarm.teamId)) return;
  const woken = await wake(deps, alarm, options);
  if (woken === null) return;
  const { timer, effects } = woken;
  const attempts = effects.flatMap((effect) =>
    effect.type === 'deliver' ? [attemptDelivery(deps, timer, effect)] : [],
  );
  await allEnded([performEffects(deps, timer, effects), ...attempts]);
}

/** Few timers have something to ask before they fire, so the answers are read only once one is known to come to that. */
async function wake(
  deps: Deps,
  alarm: Alarm,
  { abandonLeases = false }: WakeOptions,
): Promise<Transition | null> {
  let known: Known = {};
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const woken = await decide(deps, alarm, abandonLeases, known);
    if (woken === null || !('asks' in woken)) return woken;
    known = { ...known, ...(await answer(deps, woken.asks, known)) };
  }
  throw new Error(`timer ${alarm.timerId} changes whenever it comes to fire`);
}

async function decide(deps: Deps, alarm: Alarm, abandonLeases: boolean, known: Known): Promise<Woken> {
  const decideOn = (noRoom?: string) =>
    deps.timers.update<Woken>(alarm, (timer: Timer | null) => {
      const { generation } = alarm;
      const said = noRoom === undefined ? known : { ...known, noRoom };
      return decideWake(deps, timer, { type: 'wake', generation, abandonLeases }, said);
    });
  try {
    return await decideOn();
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    return decideOn(whyNoRoom(error.overLimit));
  }
}

/** Waits for all, then rejects as the first did that rejected: a cloud takes the processor from what goes on after an answer. */
async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
