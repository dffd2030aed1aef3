import type { Team } from '../../domain/team/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { changeTeam } from './change.ts';
import { requirePerson } from './person.ts';

/** Makes another member an owner, and the person who asks an admin. */
export async function transferTeam(
  deps: Pick<Deps, 'teams' | 'clock'>,
  ctx: RequestContext,
  to: string,
): Promise<Team> {
  const { userId: from } = requirePerson(ctx.principal);
  const { after } = await changeTeam(deps, ctx, 'teams:own', () => ({ type: 'transfer', from, to }));
  return after;
}
