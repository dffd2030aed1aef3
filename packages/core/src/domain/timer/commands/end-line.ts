import type { Change } from '../commands.ts';
import { isDelivered } from '../deliveries.ts';
import { entry } from '../log.ts';
import type { Timer } from '../state.ts';
import { toCancelled } from './cancel.ts';

/**
 * Ends the line of timers here: a pending timer is cancelled, and neither what it does then nor what a fired one has under
 * way makes more timers. One that has nothing left to do stays as it is.
 */
export function endLine(timer: Timer, now: number): Change {
  switch (timer.status) {
    case 'waiting':
    case 'running':
    case 'paused':
      return {
        timer: toCancelled({ ...timer, lineEnded: true }, now),
        entries: [entry(now, 'timer.cancelled', 'Cancelled with its line')],
      };
    default: {
      if (timer.lineEnded || isDelivered(timer)) return { timer, entries: [] };
      const message = 'Its line was cancelled: its actions make no more timers';
      return { timer: { ...timer, lineEnded: true }, entries: [entry(now, 'timer.updated', message)] };
    }
  }
}
