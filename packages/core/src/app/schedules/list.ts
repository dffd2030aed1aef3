import type { ListSchedulesQuery } from '@minoots/contract';
import type { Schedule } from '../../domain/schedule/state.ts';
import { InvalidPosition } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Lists the team's schedules, newest first. */
export async function listSchedules(
  deps: Deps,
  { principal }: RequestContext,
  { status, limit, cursor }: ListSchedulesQuery,
): Promise<{ schedules: Schedule[]; nextCursor: string | null }> {
  const after = decodeCursor('schedules', cursor);
  const filter = status === undefined ? {} : { status };
  try {
    const { schedules, next } = await deps.schedules.list(principal.teamId, filter, limit, after);
    return { schedules, nextCursor: encodeCursor('schedules', next) };
  } catch (error) {
    throw error instanceof InvalidPosition ? invalidCursor() : error;
  }
}
