import type { PreviewScheduleRequest } from '@minoots/contract';
import { occurrencesAfter } from '../../domain/schedule/occurrences.ts';
import { nextRun, parseJitter, parseSpec, type ScheduleSpec } from '../../domain/schedule/spec.ts';
import type { Occurrence } from '../../domain/schedule/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { unwrap } from '../errors.ts';
import { getSchedule } from './get.ts';

const DEFAULT_COUNT = 10;

/** What a plan comes to. */
export interface Foreseen<T> {
  spec: ScheduleSpec;
  occurrences: T[];
}

/** The occurrences that a schedule has planned, the pending one first. Those of a paused schedule are as if it were resumed now. */
export async function nextOccurrences(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  count: number,
): Promise<Foreseen<Occurrence>> {
  const schedule = await getSchedule(deps, ctx, id);
  const { spec, next } = schedule;
  if (next === null) return { spec, occurrences: occurrencesAfter(schedule, deps.clock.now(), count) };
  const others = occurrencesAfter(schedule, next.plannedAt, count - 1);
  return { spec, occurrences: [next, ...others] };
}

/** The occurrences of a schedule that would be created now. `at` is null where jitter moves them. */
export function previewSchedule(
  deps: Deps,
  input: PreviewScheduleRequest,
): Foreseen<{ plannedAt: number; at: number | null }> {
  const now = deps.clock.now();
  const spec = unwrap(parseSpec(input, now));
  const isMoved = unwrap(parseJitter(input, spec)) > 0;
  const occurrences: { plannedAt: number; at: number | null }[] = [];
  let plannedAt = nextRun(spec, now);
  while (plannedAt !== null && occurrences.length < (input.count ?? DEFAULT_COUNT)) {
    occurrences.push({ plannedAt, at: isMoved ? null : plannedAt });
    plannedAt = nextRun(spec, plannedAt);
  }
  return { spec, occurrences };
}
