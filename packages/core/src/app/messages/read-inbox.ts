import type { InboxQuery } from '@minoots/contract';
import type { Message } from '../../domain/message/state.ts';
import type { InboxPage } from '../../ports/inbox-store.ts';
import { InvalidPosition } from '../../ports/timer-store.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../cursor.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fingerprint } from '../ids.ts';
import { readWait, whileWaiting } from '../long-poll.ts';

const MAX_WAIT_MS = 30_000;

export interface InboxPart {
  messages: Message[];
  nextCursor: string | null;
}

/**
 * Reads a part of an inbox, oldest message first. Where there is nothing it waits for that as long as the query says.
 * @param agentId null: the inbox of the team
 * @param signal ends the wait early
 * @throws MinootsError `invalid_cursor`
 */
export async function readInbox(
  deps: Deps,
  { principal: { teamId } }: RequestContext,
  agentId: string | null,
  { wait, all = false, limit, cursor }: InboxQuery,
  signal: AbortSignal,
): Promise<InboxPart> {
  const waitMs = wait === undefined ? 0 : readWait(wait, '?wait', MAX_WAIT_MS);
  const inbox = { teamId, agentId };
  const list = `inbox ${fingerprint({ agentId, all })}`;
  const after = decodeCursor(list, cursor);
  const read = () =>
    deps.inbox.list(inbox, { all, now: deps.clock.now(), limit, after }).catch(asCursorFault);
  const answer = ({ messages, next }: InboxPage) => ({ messages, nextCursor: encodeCursor(list, next) });

  const page = await read();
  if (page.messages.length > 0 || waitMs === 0) return answer(page);
  const watch = await deps.inbox.watch(inbox);
  return whileWaiting(watch, waitMs, signal, async () => {
    // Once more, for what came in before the watch began.
    let latest = await read();
    if (latest.messages.length > 0) return answer(latest);
    for await (const _ of watch.arrivals) {
      latest = await read();
      if (latest.messages.length > 0) break;
    }
    return answer(latest);
  });
}

function asCursorFault(error: unknown): never {
  throw error instanceof InvalidPosition ? invalidCursor() : error;
}
