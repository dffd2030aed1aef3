import type { Effect } from '../domain/timer/commands.ts';
import type { LogEntry, Timer } from '../domain/timer/state.ts';
import type { NewEvent } from '../ports/event-feed.ts';
import { toWireLogEntry } from '../wire/timer.ts';
import type { Deps } from './deps.ts';

/**
 * Does what follows from a change that is durable by now. Each effect is harmless when done twice; when this rejects,
 * the alarm that led here is not acknowledged and comes again.
 */
export async function performEffects(deps: Deps, timer: Timer, effects: readonly Effect[]): Promise<void> {
  for (const effect of effects) await perform(deps, timer, effect);
}

/** The stream event of a history entry. */
export function toEvent(timer: Timer, entry: LogEntry): NewEvent {
  return {
    ...toWireLogEntry(entry),
    teamId: timer.teamId,
    timer_id: timer.id,
    timer_name: timer.name,
    agent_id: timer.agentId,
    status: timer.status,
  };
}

function perform(deps: Deps, timer: Timer, effect: Effect): Promise<void> | void {
  const key = { teamId: timer.teamId, timerId: timer.id };
  switch (effect.type) {
    case 'notify':
      return deps.events.publish([toEvent(timer, effect.entry)]);
    case 'arm':
      return deps.alarms.arm({ ...key, at: effect.at, generation: effect.generation });
    case 'disarm':
      return deps.alarms.disarm(key, effect.generation);
    case 'deliver':
      // Handed off by `wakeTimer`, since waking is what claims attempts.
      return;
    case 'wake-dependents':
    case 'spawn-next':
      // No use case makes dependents or schedules yet, so there is nobody to wake.
      return;
    default:
      return effect satisfies never;
  }
}
