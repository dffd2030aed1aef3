import type { ExportQuery, Portable, PortableSchedule, PortableTimer } from '@minoots/contract';
import type { TimerFilter } from '../../ports/timer-store.ts';
import { toPortable } from '../../wire/portable.ts';
import { note } from '../audit/note.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fittingPage, type Page, pagesOfTimers } from '../fitting-page.ts';
import { isOfItsSchedule, portableMoment } from './schedule-moment.ts';

const CURSOR = 'export';
/** Length of the JSON of a page: functions answer up to 10 MiB. */
const PAGE_LENGTH = 2_000_000;
const NOT_ENDED: TimerFilter = { statuses: ['waiting', 'running', 'paused', 'firing'] };

/** What a page is of, and where in the list of these it starts. */
interface Position {
  of: 'timers' | 'schedules';
  after: string | undefined;
}

/**
 * A page of the team's timers that have not ended, newest first, or, once these are through, of its schedules. A timer that
 * is the pending one of a schedule's plan comes with that schedule.
 */
export async function exportTimers(
  deps: Deps,
  ctx: RequestContext,
  { limit, cursor }: ExportQuery,
): Promise<{ data: Portable[]; nextCursor: string | null }> {
  const { teamId } = ctx.principal;
  const { of, after } = readPosition(decodeCursor(CURSOR, cursor));
  const page =
    of === 'timers'
      ? await timersFrom(deps, teamId, limit, after)
      : await schedulesFrom(deps, teamId, limit, after);
  // Of each page: whoever makes up a cursor could begin anywhere unseen.
  if (page.items.length > 0 || cursor === undefined) {
    const message = `Took ${of} along: ${page.items.length}`;
    await note(deps, ctx, { action: 'timers.exported', subject: null, message });
  }
  if (page.next !== null) return { data: page.items, nextCursor: encodeCursor(CURSOR, `${of}:${page.next}`) };
  return { data: page.items, nextCursor: encodeCursor(CURSOR, of === 'timers' ? 'schedules:' : null) };
}

function readPosition(text = 'timers:'): Position {
  const [, of, after] = /^(timers|schedules):(.*)$/s.exec(text) ?? [];
  if (of !== 'timers' && of !== 'schedules') throw invalidCursor();
  return { of, after: after === '' ? undefined : after };
}

async function timersFrom(
  deps: Deps,
  teamId: string,
  limit: number,
  after: string | undefined,
): Promise<Page<PortableTimer>> {
  const { items, next } = await fittingPage({
    list: pagesOfTimers(deps.timers, teamId, NOT_ENDED, after),
    limit,
    weigh: (timer) => JSON.stringify(toPortable(timer)).length,
    capacity: PAGE_LENGTH,
  });
  const portable = await Promise.all(
    items.map(async (timer) => ((await isOfItsSchedule(deps, timer)) ? null : toPortable(timer))),
  );
  return { items: portable.filter((timer) => timer !== null), next };
}

function schedulesFrom(
  deps: Deps,
  teamId: string,
  limit: number,
  after: string | undefined,
): Promise<Page<PortableSchedule>> {
  return fittingPage({
    list: async (most) => {
      const { schedules, next } = await deps.schedules.list(teamId, {}, most, after);
      return { items: await Promise.all(schedules.map((schedule) => portableMoment(deps, schedule))), next };
    },
    limit,
    weigh: (schedule) => JSON.stringify(schedule).length,
    capacity: PAGE_LENGTH,
  });
}
