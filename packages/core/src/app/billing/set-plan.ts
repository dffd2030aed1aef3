import { PLANS, type PlanId } from '@minoots/contract';
import type { Team } from '../../domain/team/state.ts';
import { transition } from '../../domain/team/transition.ts';
import type { RequestContext } from '../deps.ts';
import { MinootsError, unwrap } from '../errors.ts';
import { findTeam } from '../teams/find.ts';
import { type BillingDeps, HISTORY_GRACE_MS } from './payments.ts';

/** Puts a team on a plan, by its slug or its id. */
export async function setPlan(
  deps: BillingDeps,
  { principal }: RequestContext,
  ref: string,
  plan: PlanId,
): Promise<Team> {
  const found = await findTeam(deps.teams, ref);
  if (found === null) throw new MinootsError('not_found', `There is no team ${ref}`);
  return deps.teams.update<Team>(found.id, (team) => {
    if (team === null) throw new MinootsError('not_found', `There is no team ${ref}`);
    const command = {
      type: 'set-plan' as const,
      actor: principal.id,
      plan: { id: plan, historyMs: PLANS[plan].historyMs },
      setBy: 'admin' as const,
      graceMs: HISTORY_GRACE_MS,
    };
    const changed = unwrap(transition(team, command, deps.clock.now()));
    return changed.team === team
      ? { result: team }
      : { save: changed.team, notes: changed.notes, result: changed.team };
  });
}
