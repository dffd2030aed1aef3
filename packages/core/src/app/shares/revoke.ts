import { note } from '../audit/note.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { findTeam } from '../teams/find.ts';
import type { NamedShare } from './share.ts';

/** Ends a share at once. It does so also where timer or team are gone by now. */
export async function revokeShare(
  deps: Deps,
  ctx: RequestContext,
  timerId: string,
  ref: string,
): Promise<NamedShare> {
  const { principal } = ctx;
  const team = await findTeam(deps.teams, ref);
  const guest = team?.id ?? ref;
  const share = await deps.shares.remove({ teamId: principal.teamId, timerId }, guest);
  if (share === null) throw new MinootsError('not_found', `Timer ${timerId} is not shared with ${ref}`);
  const guestSlug = team?.slug ?? guest;
  const message = `Ended the share of timer ${timerId} with ${guestSlug}`;
  await note(deps, ctx, { action: 'timer.unshared', subject: timerId, message });
  return { ...share, guestSlug };
}
