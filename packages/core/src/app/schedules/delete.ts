import type { Schedule } from '../../domain/schedule/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { applyToSchedule } from './apply.ts';

/** Ends a schedule: its pending occurrence is cancelled, and it is removed. Occurrences that fired stay. */
export function deleteSchedule(deps: Deps, ctx: RequestContext, id: string): Promise<Schedule> {
  return applyToSchedule(deps, ctx, id, () => ({ type: 'delete' }));
}
