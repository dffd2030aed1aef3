import type { CreateScheduleRequest } from '@minoots/contract';
import { createSchedule as newSchedule } from '../../domain/schedule/create.ts';
import { parseJitter, parseSpec } from '../../domain/schedule/spec.ts';
import type { Schedule } from '../../domain/schedule/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { MinootsError, unwrap } from '../errors.ts';
import { fingerprint, idFor } from '../ids.ts';
import { prepareTemplate } from './plan.ts';
import { settleSchedule } from './settle.ts';

export interface CreateScheduleOutcome {
  schedule: Schedule;
  /** False when a schedule of this id and body was there already. */
  created: boolean;
}

/** Creates a schedule with its first occurrence. The same id with the same body gives the schedule that is there. */
export async function createSchedule(
  deps: Deps,
  ctx: RequestContext,
  input: CreateScheduleRequest,
): Promise<CreateScheduleOutcome> {
  const schedule = await build(deps, ctx, input);
  const existing = await deps.schedules.insert(schedule);
  if (existing === null) {
    await settleSchedule(deps, schedule, performEffects);
    return { schedule, created: true };
  }
  const isSame = schedule.fingerprint !== null && existing.fingerprint === schedule.fingerprint;
  if (isSame && existing.status !== 'deleting') {
    // The first try may have stopped half-way.
    if (existing.unsettledSince !== null) await settleSchedule(deps, existing, performEffects);
    return { schedule: existing, created: false };
  }
  throw new MinootsError(
    'schedule_exists',
    `Schedule ${schedule.id} exists with other content; choose another id`,
    {
      errors: [{ pointer: '/id', message: 'is the id of another schedule' }],
    },
  );
}

async function build(deps: Deps, ctx: RequestContext, input: CreateScheduleRequest): Promise<Schedule> {
  const { principal, commandId } = ctx;
  const { id: chosenId, ...request } = input;
  const now = deps.clock.now();
  const spec = unwrap(parseSpec(input, now));
  const givenId = chosenId ?? (commandId && idFor('sch', principal.teamId, commandId));
  return newSchedule(
    {
      id: givenId ?? `sch_${deps.random.id()}`,
      teamId: principal.teamId,
      createdBy: principal.id,
      name: input.name,
      spec,
      jitterMs: unwrap(parseJitter(input, spec)),
      overlap: input.overlap ?? 'skip',
      catchUp: input.catch_up ?? 'none',
      template: input.template,
      prepared: await prepareTemplate(deps, ctx, input.template),
      fingerprint: givenId === undefined ? null : fingerprint(request),
    },
    now,
  );
}
