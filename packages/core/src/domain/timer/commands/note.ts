import type { Change } from '../commands.ts';
import type { NewLogEntry, Timer } from '../state.ts';

/** Adds to the timer's history what came of one of its deliveries elsewhere. */
export function note(timer: Timer, entry: NewLogEntry): Change {
  return { timer: { ...timer }, entries: [entry] };
}
