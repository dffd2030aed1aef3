import type { Schedule } from '../../domain/schedule/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { applyToSchedule } from './apply.ts';

/** Takes the pending occurrence back and plans no other until the schedule is resumed. */
export function pauseSchedule(deps: Deps, ctx: RequestContext, id: string): Promise<Schedule> {
  return applyToSchedule(deps, ctx, id, () => ({ type: 'pause' }));
}
