import type { Effect, ParentNews } from '../../domain/timer/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { TimerKey } from '../../ports/timer-store.ts';
import { isMetered } from '../budgets/turns.ts';
import { changeTimer } from '../change-timer.ts';
import type { Deps } from '../deps.ts';

/** Does what follows from a change: `performEffects`, given so that what it calls can call it. */
export type PerformEffects = (deps: Deps, timer: Timer, effects: readonly Effect[]) => Promise<void>;

/** Tells a timer what one of its parents did; answers the timer as it is then, or null when it is gone. */
export async function tellChild(
  deps: Deps,
  child: TimerKey,
  news: ParentNews,
  perform: PerformEffects,
): Promise<Timer | null> {
  const told = await changeTimer(deps, child, (timer) => ({
    type: 'settle-parent',
    ...news,
    isMetered: isMetered(deps, timer),
  }));
  if (told === null) return null;
  await perform(
    deps,
    told.timer,
    told.effects.map((effect) => handOver(told.timer, effect)),
  );
  return told.timer;
}

/** Its own dependents are told by an alarm of the child, so that a long chain ends in as many steps and not in one. */
function handOver({ generation }: Timer, effect: Effect): Effect {
  const [first] = effect.type === 'tell-others' ? effect.items : [];
  return first === undefined ? effect : { type: 'arm', at: first.since, generation };
}
