import { INVITATION_MS, type InviteRequest } from '@minoots/contract';
import type { Invitation } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { idFor } from '../ids.ts';
import { requireFeature } from '../plans/require-feature.ts';
import { changeTeam } from './change.ts';
import { hashInvitationToken, makeInvitationToken } from './invitation-token.ts';

/** An invitation just made, and the token, of which the hash alone is kept. */
export interface MadeInvitation {
  invitation: Invitation;
  token: string;
}

/**
 * Invites a person for a week. A repeat with the same idempotency key, after an answer that was lost, makes the same
 * invitation anew, with another token.
 * @throws MinootsError `plan_required`
 */
export async function invite(
  deps: Pick<Deps, 'teams' | 'clock' | 'random'>,
  ctx: RequestContext,
  { email, role = 'member' }: InviteRequest,
): Promise<MadeInvitation> {
  const { principal, commandId } = ctx;
  const { clock, random } = deps;
  const token = makeInvitationToken(random);
  const now = clock.now();
  const invitation: Invitation = {
    id: commandId === undefined ? `inv_${random.id()}` : idFor('inv', principal.teamId, commandId),
    email,
    role,
    tokenHash: hashInvitationToken(token),
    invitedBy: principal.id,
    invitedAt: now,
    expiresAt: now + INVITATION_MS,
  };
  await changeTeam(deps, ctx, 'teams:admin', ({ personalOf, plan }) => {
    // No plan makes a personal team one for several people.
    if (personalOf === null) requireFeature(plan.id, 'collaboration', 'Inviting others');
    return { type: 'invite', invitation };
  });
  return { invitation, token };
}
