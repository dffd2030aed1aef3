import type { Share as WireShare } from '@minoots/contract';
import type { Deps } from '../app/deps.ts';
import { listShares } from '../app/shares/list.ts';
import { revokeShare } from '../app/shares/revoke.ts';
import { type NamedShare, shareTimer } from '../app/shares/share.ts';
import { toInstant } from '../wire/timer.ts';
import type { Handlers } from './operation.ts';

/** Handlers of the operations on shares of timers. */
export function shareHandlers(deps: Deps): Pick<Handlers, 'shareTimer' | 'listShares' | 'revokeShare'> {
  return {
    async shareTimer({ ctx, params, body }) {
      return { body: toWire(await shareTimer(deps, ctx, params.id, body)) };
    },
    async listShares({ ctx, params }) {
      return { body: { data: (await listShares(deps, ctx, params.id)).map(toWire) } };
    },
    async revokeShare({ ctx, params }) {
      return { body: toWire(await revokeShare(deps, ctx, params.id, params.team)) };
    },
  };
}

function toWire({ timerId, guestTeamId, guestSlug, permissions, sharedBy, sharedAt }: NamedShare): WireShare {
  return {
    timer_id: timerId,
    team_id: guestTeamId,
    team_slug: guestSlug,
    permissions,
    shared_by: sharedBy,
    shared_at: toInstant(sharedAt),
  };
}
