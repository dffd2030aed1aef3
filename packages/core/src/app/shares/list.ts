import type { Deps, RequestContext } from '../deps.ts';
import { getTimer } from '../timers/get.ts';
import type { NamedShare } from './share.ts';

/** With whom a timer of the team is shared. */
export async function listShares(deps: Deps, ctx: RequestContext, id: string): Promise<NamedShare[]> {
  const { teamId, id: timerId } = await getTimer(deps, ctx, id);
  const shares = await deps.shares.listOf({ teamId, timerId });
  return Promise.all(
    shares.map(async (share) => {
      const team = await deps.teams.get(share.guestTeamId);
      return { ...share, guestSlug: team?.slug ?? share.guestTeamId };
    }),
  );
}
