import type { Effect } from '../../domain/timer/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { dueOrLostAt } from '../../domain/timer/time.ts';

/** What follows from a timer having been stored. */
export function effectsOfCreation(timer: Timer): Effect[] {
  const effects: Effect[] = timer.log.map((entry) => ({ type: 'notify', entry }));
  // An attempt that was under way elsewhere, before the timer came here, is made anew once it counts as lost.
  const at = dueOrLostAt(timer);
  if (at !== null) effects.push({ type: 'arm', at, generation: timer.generation });
  if (timer.status === 'waiting') effects.push({ type: 'check-parents' });
  return effects;
}
