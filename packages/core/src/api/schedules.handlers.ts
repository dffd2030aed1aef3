import type { Deps, RequestContext } from '../app/deps.ts';
import { createSchedule } from '../app/schedules/create.ts';
import { deleteSchedule } from '../app/schedules/delete.ts';
import { getSchedule } from '../app/schedules/get.ts';
import { listSchedules } from '../app/schedules/list.ts';
import { nextOccurrences, previewSchedule } from '../app/schedules/next.ts';
import { pauseSchedule } from '../app/schedules/pause.ts';
import { resumeSchedule } from '../app/schedules/resume.ts';
import { runSchedule } from '../app/schedules/run.ts';
import { updateSchedule } from '../app/schedules/update.ts';
import type { Schedule } from '../domain/schedule/state.ts';
import { toWireOccurrence, toWireSchedule, toWireScheduleLogEntry } from '../wire/schedule.ts';
import { etagOf, ifMatchVersion } from './etag.ts';
import type { Handlers } from './operation.ts';
import { timerAnswer } from './timers.handlers.ts';

type Changing = Pick<
  Handlers,
  'createSchedule' | 'updateSchedule' | 'deleteSchedule' | 'pauseSchedule' | 'resumeSchedule' | 'runSchedule'
>;
type Reading = Pick<
  Handlers,
  'listSchedules' | 'getSchedule' | 'getScheduleLogs' | 'getNextOccurrences' | 'previewSchedule'
>;

/** Handlers of the operations on schedules. */
export function scheduleHandlers(deps: Deps): Changing & Reading {
  return { ...changing(deps), ...reading(deps) };
}

function changing(deps: Deps): Changing {
  const onSchedule =
    (verb: (deps: Deps, ctx: RequestContext, id: string) => Promise<Schedule>) =>
    async ({ ctx, params }: { ctx: RequestContext; params: { id: string } }) =>
      scheduleAnswer(await verb(deps, ctx, params.id));
  return {
    async createSchedule({ ctx, body }) {
      const { schedule, created } = await createSchedule(deps, ctx, body);
      const answer = scheduleAnswer(schedule);
      const headers = { ...answer.headers, location: `/v1/schedules/${schedule.id}` };
      return { ...answer, status: created ? 201 : 200, headers };
    },
    async updateSchedule({ ctx, params, body, request }) {
      const version = ifMatchVersion(request.headers);
      return scheduleAnswer(await updateSchedule(deps, ctx, params.id, body, version));
    },
    pauseSchedule: onSchedule(pauseSchedule),
    resumeSchedule: onSchedule(resumeSchedule),
    async deleteSchedule({ ctx, params }) {
      return { body: toWireSchedule(await deleteSchedule(deps, ctx, params.id)) };
    },
    async runSchedule({ ctx, params }) {
      return timerAnswer(deps, ctx, await runSchedule(deps, ctx, params.id));
    },
  };
}

function reading(deps: Deps): Reading {
  return {
    async listSchedules({ ctx, query }) {
      const { schedules, nextCursor } = await listSchedules(deps, ctx, query);
      return { body: { data: schedules.map(toWireSchedule), next_cursor: nextCursor } };
    },
    async getSchedule({ ctx, params }) {
      return scheduleAnswer(await getSchedule(deps, ctx, params.id));
    },
    async getScheduleLogs({ ctx, params }) {
      const { log } = await getSchedule(deps, ctx, params.id);
      return { body: { data: log.map(toWireScheduleLogEntry) } };
    },
    async getNextOccurrences({ ctx, params, query }) {
      const { spec, occurrences } = await nextOccurrences(deps, ctx, params.id, query.count);
      return { body: { data: occurrences.map((each) => toWireOccurrence(spec, each)) } };
    },
    async previewSchedule({ body }) {
      const { spec, occurrences } = previewSchedule(deps, body);
      return { body: { data: occurrences.map((each) => toWireOccurrence(spec, each)) } };
    },
  };
}

/** A schedule with its entity tag. */
function scheduleAnswer(schedule: Schedule) {
  return { body: toWireSchedule(schedule), headers: { etag: etagOf(schedule) } };
}
