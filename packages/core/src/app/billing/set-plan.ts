import type { PlanId } from '@minoots/contract';
import type { Team } from '../../domain/team/state.ts';
import type { RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { changePlan } from '../plans/change.ts';
import { termsOf } from '../plans/terms.ts';
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
  const changed = await changePlan(deps, found.id, {
    type: 'set-plan',
    actor: principal.id,
    plan: termsOf(plan, deps),
    setBy: 'admin',
    graceMs: HISTORY_GRACE_MS,
  });
  if (changed === null) throw new MinootsError('not_found', `There is no team ${ref}`);
  return changed;
}
