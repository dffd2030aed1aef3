import type { PortableSchedule } from '@minoots/contract';
import { type Rejection, reject } from '../../domain/rejection.ts';
import { entry } from '../../domain/schedule/log.ts';
import { occurrenceIdOf } from '../../domain/schedule/occurrences.ts';
import { parseJitter, parseSpec, type ScheduleSpec } from '../../domain/schedule/spec.ts';
import type { Schedule } from '../../domain/schedule/state.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fromRejection, MinootsError, unwrap } from '../errors.ts';
import { prepareTemplate } from '../schedules/plan.ts';
import { MAX_AHEAD_MS } from './check.ts';
import { digestOf } from './digest.ts';
import { restoreTimer } from './restore.ts';

/**
 * The schedule that a portable one was, for the team of the request; not stored yet, and neither is the timer that it
 * brings. It belongs to who imports it.
 * @throws MinootsError for what a request to create it would be refused for, and for what no schedule can be
 */
export async function restoreSchedule(
  deps: Deps,
  ctx: RequestContext,
  portable: PortableSchedule,
): Promise<Schedule> {
  const now = deps.clock.now();
  const misfit = misfitOf(portable, now);
  if (misfit !== null) throw fromRejection(misfit);
  const { id, revision, next, template } = portable;
  const { id: by, teamId } = ctx.principal;
  const spec = specOf(portable);
  const createdAt = Date.parse(portable.created_at);
  const made = `Imported by ${by}; made at ${new Date(createdAt).toISOString()}`;
  const brought = portable.occurrence && (await bring(deps, ctx, portable.occurrence));
  const plannedAt = next && Date.parse(next.planned_at);
  return {
    id,
    teamId,
    createdBy: by,
    name: portable.name,
    status: portable.status,
    spec,
    jitterMs: unwrap(parseJitter({ jitter: portable.jitter_ms }, spec)),
    overlap: portable.overlap,
    catchUp: portable.catch_up,
    template,
    prepared: await prepareTemplate(deps, ctx, template),
    next:
      next && plannedAt !== null
        ? { plannedAt, at: Date.parse(next.fire_at), timerId: occurrenceIdOf(portable, plannedAt) }
        : null,
    ...(brought && { brought }),
    lastFired: portable.last_fired_timer_id,
    counts: portable.counts,
    withdrawn: [],
    unsettledSince: now,
    revision,
    fingerprint: portable.fingerprint,
    importDigest: digestOf(portable),
    createdAt,
    updatedAt: now,
    version: 1,
    log: [entry(now, 'schedule.created', made)],
    recentCommands: [],
  };
}

/** Read as of its birth: since then a plan may have come to its end. */
function specOf({ timing, created_at }: PortableSchedule): ScheduleSpec {
  return 'cron' in timing
    ? unwrap(parseSpec(timing, Date.parse(created_at)))
    : unwrap(parseSpec({ every: timing.every_ms }, Date.parse(timing.anchor_at)));
}

async function bring(
  deps: Deps,
  ctx: RequestContext,
  occurrence: NonNullable<PortableSchedule['occurrence']>,
): Promise<Timer> {
  try {
    return await restoreTimer(deps, ctx, occurrence);
  } catch (error) {
    if (!(error instanceof MinootsError)) throw error;
    const { code, message, errors = [], members } = error;
    throw new MinootsError(code, `/occurrence${message.startsWith('/') ? '' : ' '}${message}`, {
      errors: errors.map((each) => ({ ...each, pointer: `/occurrence${each.pointer}` })),
      ...(members === undefined ? {} : { members }),
    });
  }
}

/** What of a portable schedule cannot be so, though each of its fields can; null when nothing is amiss. */
function misfitOf(portable: PortableSchedule, now: number): Rejection | null {
  const { id, revision, status, next, jitter_ms: jitterMs, occurrence } = portable;
  const invalid = (message: string, pointer: string) => reject('invalid_request', message, pointer);
  if (status === 'paused' && next !== null) return invalid('is null while the schedule is paused', '/next');
  if (next === null) return occurrence === null ? null : invalid('goes with next', '/occurrence');
  const [plannedAt, fireAt] = [Date.parse(next.planned_at), Date.parse(next.fire_at)];
  if (fireAt - now > MAX_AHEAD_MS) return invalid('must be within 20 years', '/next/fire_at');
  if (fireAt < plannedAt || fireAt > plannedAt + jitterMs)
    return invalid('must be planned_at, or later by jitter_ms at most', '/next/fire_at');
  if (occurrence === null) return null;
  if (occurrence.id !== occurrenceIdOf(portable, plannedAt))
    return invalid(`must be ${occurrenceIdOf(portable, plannedAt)}`, '/occurrence/id');
  if (occurrence.schedule_id !== id) return invalid(`must be ${id}`, '/occurrence/schedule_id');
  const origin = occurrence.occurrence;
  if (origin?.revision !== revision || Date.parse(origin.planned_at) !== plannedAt)
    return invalid('must be that of next', '/occurrence/occurrence');
  return occurrence.clock.status === 'firing' ? invalid('must be pending', '/occurrence/clock/status') : null;
}
