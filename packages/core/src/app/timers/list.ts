import type { ListTimersQuery, SharePermission } from '@minoots/contract';
import type { Timer } from '../../domain/timer/state.ts';
import { InvalidPosition, type TimerFilter } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor, isCursorOf } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { matchesTimer } from './filter.ts';

const LABEL_PREFIX = 'label.';
const OWN = 'timers';
const SHARED = 'shared-timers';

/** A timer of a list. */
export interface ListedTimer {
  timer: Timer;
  /** What the team may do with it as a guest; null of its own. */
  permissions: SharePermission[] | null;
}

interface ListPage {
  timers: ListedTimer[];
  nextCursor: string | null;
}

/** Lists the team's timers, newest first, and then those that other teams share with it, shared last first. */
export async function listTimers(
  deps: Deps,
  { principal: { teamId } }: RequestContext,
  query: ListTimersQuery,
): Promise<ListPage> {
  const { limit, cursor, shared } = query;
  const filter = toFilter(query);
  try {
    if (shared === 'only' || (cursor !== undefined && isCursorOf(SHARED, cursor)))
      return await listShared(deps, teamId, filter, limit, decodeCursor(SHARED, cursor));
    const { timers, next } = await deps.timers.list(teamId, filter, limit, decodeCursor(OWN, cursor));
    const own = timers.map((timer) => ({ timer, permissions: null }));
    if (next !== null || shared === 'exclude') return { timers: own, nextCursor: encodeCursor(OWN, next) };
    // A full page of own ones is followed by one of shared ones; an empty page would be a request for nothing.
    const room = limit - own.length;
    if (room === 0) return { timers: own, nextCursor: await hasShared(deps, teamId) };
    const page = await listShared(deps, teamId, filter, room, undefined);
    return { ...page, timers: [...own, ...page.timers] };
  } catch (error) {
    throw error instanceof InvalidPosition ? invalidCursor() : error;
  }
}

/** Where the shared ones begin; null when there are none. */
async function hasShared({ shares }: Deps, teamId: string): Promise<string | null> {
  const { shares: found } = await shares.listFor(teamId, 1);
  return found.length === 0 ? null : encodeCursor(SHARED, '');
}

async function listShared(
  { shares, timers }: Deps,
  teamId: string,
  filter: TimerFilter,
  limit: number,
  after: string | undefined,
): Promise<ListPage> {
  const page = await shares.listFor(teamId, limit, after === '' ? undefined : after);
  const found = await Promise.all(
    page.shares.map(async ({ ownerTeamId, timerId, permissions }) => {
      const timer = await timers.get({ teamId: ownerTeamId, timerId });
      return timer === null || !matchesTimer(timer, filter) ? [] : [{ timer, permissions }];
    }),
  );
  return { timers: found.flat(), nextCursor: encodeCursor(SHARED, page.next) };
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
