import type { NewLogEntry, Timer } from '../domain/timer/state.ts';
import type { NewEvent } from '../ports/event-feed.ts';
import { toWireLogEntry } from '../wire/timer.ts';

/** The stream event of something that happened to a timer. @param isLogged whether the timer's stored history holds it */
export function toEvent(timer: Timer, entry: NewLogEntry, isLogged: boolean): NewEvent {
  return {
    ...toWireLogEntry(entry),
    teamId: timer.teamId,
    isLogged,
    timer_id: timer.id,
    timer_name: timer.name,
    agent_id: timer.agentId,
    status: timer.status,
  };
}
