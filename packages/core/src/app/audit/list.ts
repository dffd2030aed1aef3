import type { AuditQuery } from '@minoots/contract';
import type { AuditEntry } from '../../ports/audit-log.ts';
import { InvalidPosition } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Lists what was changed in the team and by whom, newest first. */
export async function listAuditLog(
  { audit }: Pick<Deps, 'audit'>,
  { principal }: RequestContext,
  { limit, cursor }: AuditQuery,
): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
  const after = decodeCursor('audit', cursor);
  try {
    const { entries, next } = await audit.list(principal.teamId, limit, after);
    return { entries, nextCursor: encodeCursor('audit', next) };
  } catch (error) {
    throw error instanceof InvalidPosition ? invalidCursor() : error;
  }
}
