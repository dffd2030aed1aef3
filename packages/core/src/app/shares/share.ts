import type { ShareTimerRequest } from '@minoots/contract';
import type * as z from 'zod';
import type { Share } from '../../domain/share/state.ts';
import { note } from '../audit/note.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { requireFeature } from '../plans/require-feature.ts';
import { findTeam } from '../teams/find.ts';
import { getTimer } from '../timers/get.ts';

/** A share with the slug of its guest. */
export interface NamedShare extends Share {
  guestSlug: string;
}

/** Shares a timer of the team with another team, from now on. @throws MinootsError `plan_required`, `unknown_team`, `team_full` */
export async function shareTimer(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  { team: ref, permissions }: z.output<typeof ShareTimerRequest>,
): Promise<NamedShare> {
  const { principal } = ctx;
  requireFeature((await deps.plans.of(principal.teamId)).id, 'sharing', 'Sharing timers');
  const timer = await getTimer(deps, ctx, id);
  const team = await findTeam(deps.teams, ref);
  if (team === null || team.id === principal.teamId) {
    const message = team === null ? 'is no team here' : 'is the team that owns the timer';
    throw new MinootsError('unknown_team', `${ref} ${message}`, { errors: [{ pointer: '/team', message }] });
  }
  const share: Share = {
    ownerTeamId: timer.teamId,
    timerId: timer.id,
    guestTeamId: team.id,
    permissions: [...new Set(permissions)],
    sharedBy: principal.id,
    sharedAt: deps.clock.now(),
  };
  if ((await deps.shares.put(share)) === 'too-many')
    throw new MinootsError(
      'team_full',
      `Timer ${id} is shared with as many teams as it can be; end a share first`,
    );
  const message = `Shared timer ${id} with ${team.slug} to ${share.permissions.join(', ')}`;
  await note(deps, ctx, { action: 'timer.shared', subject: id, message });
  return { ...share, guestSlug: team.slug };
}
