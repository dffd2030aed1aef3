import type { ExportQuery, PortableTimer } from '@minoots/contract';
import { toPortable } from '../../wire/portable.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fittingPage } from '../fitting-page.ts';

const CURSOR = 'export';
/** Length of the JSON of a page: functions answer up to 10 MiB. */
const PAGE_LENGTH = 2_000_000;

/** A page of the team's timers that have not ended, in their portable form, newest first. */
export async function exportTimers(
  { timers }: Deps,
  { principal: { teamId } }: RequestContext,
  { limit, cursor }: ExportQuery,
): Promise<{ data: PortableTimer[]; nextCursor: string | null }> {
  const page = await fittingPage(timers, {
    teamId,
    filter: { statuses: ['waiting', 'running', 'paused', 'firing'] },
    limit,
    after: decodeCursor(CURSOR, cursor),
    weigh: (timer) => JSON.stringify(toPortable(timer)).length,
    capacity: PAGE_LENGTH,
  });
  const data = page.timers.map(toPortable).filter((timer) => timer !== null);
  return { data, nextCursor: encodeCursor(CURSOR, page.next) };
}
