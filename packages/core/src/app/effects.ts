import type { Effect } from '../domain/timer/commands.ts';
import type { Timer } from '../domain/timer/state.ts';
import type { Deps } from './deps.ts';
import { toEvent } from './event.ts';
import { checkParents } from './timers/check-parents.ts';
import { tellOthers } from './timers/tell-others.ts';

/**
 * Does what follows from a change that is durable by now. Each effect is harmless when done twice; when this rejects,
 * the alarm that led here is not acknowledged and comes again.
 */
export async function performEffects(deps: Deps, timer: Timer, effects: readonly Effect[]): Promise<void> {
  for (const effect of effects) await perform(deps, timer, effect);
}

function perform(deps: Deps, timer: Timer, effect: Effect): Promise<void> {
  const key = { teamId: timer.teamId, timerId: timer.id };
  switch (effect.type) {
    case 'notify':
      return deps.events.publish([toEvent(timer, effect.entry, true)]);
    case 'arm':
      return deps.alarms.arm({ ...key, at: effect.at, generation: effect.generation });
    case 'disarm':
      return deps.alarms.disarm({ ...key, at: effect.at, generation: effect.generation });
    case 'deliver':
      // Handed off by `wakeTimer` and `takeJobs`, since waking and leasing are what claims attempts.
      return Promise.resolve();
    case 'check-parents':
      return checkParents(deps, timer, performEffects);
    case 'tell-others':
      return tellOthers(deps, timer, effect.items, performEffects);
    default:
      return effect satisfies never;
  }
}
