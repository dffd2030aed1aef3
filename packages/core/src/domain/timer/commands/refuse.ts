import { type Rejection, reject } from '../../rejection.ts';
import type { Timer } from '../state.ts';

/** Says why a timer that is past its clock takes no command on it. */
export function refuseClockChange(timer: Timer, verb: string): Rejection {
  switch (timer.status) {
    case 'firing':
    case 'expired':
    case 'failed':
      return reject(
        'timer_already_fired',
        `Timer ${timer.id} fired already and is ${timer.status}; it is too late to ${verb} it`,
      );
    case 'skipped':
    case 'cancelled':
      return reject(
        'timer_settled',
        `Timer ${timer.id} is ${timer.status}; create a new timer instead of trying to ${verb} this one`,
      );
    default:
      return reject(
        'invalid_state',
        `Timer ${timer.id} is ${timer.status}; it is not possible to ${verb} it`,
      );
  }
}
