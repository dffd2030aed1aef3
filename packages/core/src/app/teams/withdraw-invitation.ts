import type { Invitation } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { changeTeam } from './change.ts';

/** Takes an invitation back; gives it as it was. */
export async function withdrawInvitation(
  deps: Pick<Deps, 'teams' | 'clock'>,
  ctx: RequestContext,
  invitationId: string,
): Promise<Invitation> {
  const { before } = await changeTeam(deps, ctx, 'teams:admin', () => ({
    type: 'withdraw-invitation',
    invitationId,
  }));
  const withdrawn = before.invitations.find(({ id }) => id === invitationId);
  if (withdrawn === undefined) throw new Error(`the team has lost ${invitationId}`);
  return withdrawn;
}
