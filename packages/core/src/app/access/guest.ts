import type { Operation } from '@minoots/contract';
import { authorize } from '../../domain/access/authorize.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/**
 * A request for a timer that the team has none of, as a guest of the team that shares one of this id. Null where no team
 * does.
 * @throws MinootsError `forbidden` when the share does not go that far
 */
export async function asGuest(
  { shares, deletedTeams }: Pick<Deps, 'shares' | 'deletedTeams'>,
  ctx: RequestContext,
  { scope, guest }: Pick<Operation, 'scope' | 'guest'>,
  timerId: string,
): Promise<RequestContext | null> {
  if (scope === null || scope === 'any' || guest === undefined) return null;
  const { principal } = ctx;
  const [share] = await shares.find(principal.teamId, timerId);
  if (share === undefined) return null;
  const { ownerTeamId: teamId, permissions } = share;
  if (await deletedTeams.isDeleted(teamId)) return null;
  const verdict = authorize(principal, { scope, guest }, { teamId, sharedAs: permissions });
  if (verdict === 'hidden') return null;
  if (verdict === 'forbidden') {
    throw new MinootsError(
      'forbidden',
      `Timer ${timerId} is shared with your team to ${permissions.join(', ')}, which is not enough to ${guest} it`,
      { members: { required_permission: guest } },
    );
  }
  return { ...ctx, principal: { ...principal, teamId }, guestPermissions: permissions };
}
