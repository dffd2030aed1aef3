import type { Role } from '@minoots/contract';
import type { Member, Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { changeTeam } from './change.ts';

/** Gives a member another role. */
export async function changeMember(
  deps: Pick<Deps, 'teams' | 'clock'>,
  ctx: RequestContext,
  userId: string,
  role: Role,
): Promise<Member> {
  const { after } = await changeTeam(deps, ctx, 'teams:admin', (_, by) => ({
    type: 'change-role',
    userId,
    role,
    by,
  }));
  return memberOf(after, userId);
}

/** Takes a member out of the team; gives them as they were. */
export async function removeMember(
  deps: Pick<Deps, 'teams' | 'clock'>,
  ctx: RequestContext,
  userId: string,
): Promise<Member> {
  const { before } = await changeTeam(deps, ctx, 'teams:admin', (_, by) => ({
    type: 'remove-member',
    userId,
    by,
  }));
  return memberOf(before, userId);
}

/** The command has found the member already. */
function memberOf({ members }: Team, userId: string): Member {
  const member = members.find((other) => other.userId === userId);
  if (member === undefined) throw new Error(`the team has lost ${userId}`);
  return member;
}
