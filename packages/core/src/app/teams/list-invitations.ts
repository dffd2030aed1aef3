import type { Invitation } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { getTeam } from './get.ts';

/** The invitations of the team that still hold, oldest first. */
export async function listInvitations(
  deps: Pick<Deps, 'teams' | 'clock'>,
  ctx: RequestContext,
): Promise<Invitation[]> {
  const { invitations } = await getTeam(deps, ctx);
  return invitations.filter(({ expiresAt }) => expiresAt > deps.clock.now());
}
