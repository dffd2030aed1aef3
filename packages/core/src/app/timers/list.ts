import type { ListTimersQuery } from '@minoots/contract';
import type { Timer } from '../../domain/timer/state.ts';
import { InvalidPosition, type TimerFilter } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';

const LABEL_PREFIX = 'label.';

/** Lists the team's timers, newest first. */
export async function listTimers(
  deps: Deps,
  { principal }: RequestContext,
  query: ListTimersQuery,
): Promise<{ timers: Timer[]; nextCursor: string | null }> {
  const after = decodeCursor('timers', query.cursor);
  try {
    const { timers, next } = await deps.timers.list(principal.teamId, toFilter(query), query.limit, after);
    return { timers, nextCursor: encodeCursor('timers', next) };
  } catch (error) {
    throw error instanceof InvalidPosition ? invalidCursor() : error;
  }
}

function toFilter(query: ListTimersQuery): TimerFilter {
  const labels = Object.entries(query).flatMap(([key, value]) =>
    key.startsWith(LABEL_PREFIX) && typeof value === 'string'
      ? [[key.slice(LABEL_PREFIX.length), value]]
      : [],
  );
  return {
    ...(query.status === undefined ? {} : { statuses: query.status }),
    ...(query.agent_id === undefined ? {} : { agentId: query.agent_id }),
    ...(query.name === undefined ? {} : { name: query.name }),
    ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
    ...(query.fire_before === undefined ? {} : { fireBefore: Date.parse(query.fire_before) }),
    ...(query.fire_after === undefined ? {} : { fireAfter: Date.parse(query.fire_after) }),
  };
}
