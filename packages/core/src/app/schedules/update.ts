import type { UpdateScheduleRequest } from '@minoots/contract';
import type { ScheduleChanges } from '../../domain/schedule/commands.ts';
import { parseJitter, parseSpec, type ScheduleSpec } from '../../domain/schedule/spec.ts';
import type { Schedule } from '../../domain/schedule/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError, unwrap } from '../errors.ts';
import { applyToSchedule } from './apply.ts';
import { prepareTemplate } from './plan.ts';

/** Changes a schedule for the occurrences to come. @param ifMatchVersion refuses the change when it has another version */
export async function updateSchedule(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  input: UpdateScheduleRequest,
  ifMatchVersion?: number,
): Promise<Schedule> {
  const { template } = input;
  const fixed: ScheduleChanges = {
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.overlap === undefined ? {} : { overlap: input.overlap }),
    ...(input.catch_up === undefined ? {} : { catchUp: input.catch_up }),
    ...(template === undefined ? {} : { template, prepared: await prepareTemplate(deps, ctx, template) }),
  };
  const now = deps.clock.now();
  return applyToSchedule(deps, ctx, id, (schedule) => {
    if (ifMatchVersion !== undefined && ifMatchVersion !== schedule.version) {
      throw new MinootsError(
        'precondition_failed',
        `Schedule ${id} is at version ${schedule.version}; read it again before changing it`,
      );
    }
    return { type: 'update', changes: { ...fixed, ...timingChanges(schedule, input, now) } };
  });
}

function timingChanges(schedule: Schedule, input: UpdateScheduleRequest, now: number): ScheduleChanges {
  const spec = newSpec(schedule.spec, input, now);
  const jitterMs = unwrap(parseJitter({ jitter: input.jitter ?? schedule.jitterMs }, spec ?? schedule.spec));
  return { ...(spec === null ? {} : { spec }), ...(input.jitter === undefined ? {} : { jitterMs }) };
}

/** Null where the request leaves it as it is. A new expression keeps its zone unless told. */
function newSpec(
  before: ScheduleSpec,
  { cron, timezone, every }: UpdateScheduleRequest,
  now: number,
): ScheduleSpec | null {
  if (cron === undefined && timezone === undefined && every === undefined) return null;
  if (every !== undefined || before.type !== 'cron') return unwrap(parseSpec({ cron, timezone, every }, now));
  const changed = { cron: cron ?? before.expression, timezone: timezone ?? before.timezone };
  return unwrap(parseSpec(changed, now));
}
