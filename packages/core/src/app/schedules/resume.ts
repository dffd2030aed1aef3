import type { Schedule } from '../../domain/schedule/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { applyToSchedule } from './apply.ts';

/** Goes on with the first occurrence from now on. */
export function resumeSchedule(deps: Deps, ctx: RequestContext, id: string): Promise<Schedule> {
  return applyToSchedule(deps, ctx, id, () => ({ type: 'resume' }));
}
