import type { ListEndpointsQuery } from '@minoots/contract';
import type { Endpoint } from '../../domain/endpoint/state.ts';
import { InvalidPosition } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';

const CURSOR = 'endpoints';

/** Lists the team's endpoints that something is known of. @throws MinootsError `invalid_cursor` */
export async function listEndpoints(
  deps: Deps,
  { principal }: RequestContext,
  { status, limit, cursor }: ListEndpointsQuery,
): Promise<{ endpoints: Endpoint[]; nextCursor: string | null }> {
  const after = decodeCursor(CURSOR, cursor);
  const filter = status === undefined ? {} : { status };
  try {
    const { endpoints, next } = await deps.endpoints.list(principal.teamId, filter, limit, after);
    return { endpoints, nextCursor: encodeCursor(CURSOR, next) };
  } catch (error) {
    throw error instanceof InvalidPosition ? invalidCursor() : error;
  }
}
