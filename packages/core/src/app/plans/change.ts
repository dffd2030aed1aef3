import { TEAM_COUNTER } from '../../domain/quota.ts';
import type { TeamCommand } from '../../domain/team/commands.ts';
import type { Team } from '../../domain/team/state.ts';
import { transition } from '../../domain/team/transition.ts';
import type { Limit } from '../../ports/quota-ledger.ts';
import type { TeamDecision } from '../../ports/team-store.ts';
import type { Deps } from '../deps.ts';
import { unwrap } from '../errors.ts';
import { planLimit } from './active-timers.ts';
import { countTeamTimers } from './count-timers.ts';
import { withPlanAsConfigured } from './terms.ts';

/** Timers that are counted with the change itself; the sweep counts those of larger teams to the end. */
const AT_ONCE = 1_000;
/**
 * When the sweep counts once more, in ms: by then every process goes by the new plan, so that none makes timers that do not
 * count.
 */
const RECHECK_MS = 60_000;

type ChangeDeps = Pick<Deps, 'teams' | 'timers' | 'quotas' | 'clock' | 'enterpriseHistoryMs'>;

/**
 * Changes a team by a command that may put it on another plan. Timers that were made without a limit count from then on: as
 * many as the new limit before it holds, so that it admits none too many, and the rest after that.
 * @returns null when there is no such team, or it was deleted
 */
export async function changePlan(
  deps: ChangeDeps,
  teamId: string,
  command: TeamCommand,
): Promise<Team | null> {
  const { teams, clock } = deps;
  const stored = await teams.get(teamId);
  if (stored === null || stored.deletion !== undefined) return null;
  const before = withPlanAsConfigured(stored, deps);
  const foreseen = unwrap(transition(before, command, clock.now())).team;
  await countBefore(deps, before, foreseen);
  const after = await teams.update<Team | null>(teamId, (current): TeamDecision<Team | null> => {
    if (current === null || current.deletion !== undefined) return { result: null };
    const team = withPlanAsConfigured(current, deps);
    const changed = unwrap(transition(team, command, clock.now()));
    return changed.team === team
      ? { result: team }
      : { save: changed.team, notes: changed.notes, result: changed.team };
  });
  if (after !== null && after.plan.since !== before.plan.since) await putInForce(deps, before, after);
  return after;
}

/**
 * The counter is there from now on, so that the sweep finishes what stops half-way. Once more after counting: it may have
 * shared out room by the limit of an earlier plan, without these timers.
 */
async function countBefore(deps: ChangeDeps, before: Team, foreseen: Team): Promise<void> {
  const limit = planLimit(foreseen.plan);
  if (limit === null || planLimit(before.plan) !== null) return;
  await remember(deps, before.id);
  await countTeamTimers(deps, before.id, Math.min(limit.max, AT_ONCE));
  await remember(deps, before.id);
}

async function putInForce(deps: ChangeDeps, before: Team, { id: teamId, plan }: Team): Promise<void> {
  const limit = planLimit(plan);
  if (limit === null) return;
  if (planLimit(before.plan) === null) await countTeamTimers(deps, teamId, AT_ONCE);
  await remember(deps, teamId, limit);
}

async function remember({ quotas, clock }: ChangeDeps, teamId: string, limit?: Limit): Promise<void> {
  await quotas.reconcile(
    { teamId, counter: TEAM_COUNTER },
    { checkAt: clock.now() + RECHECK_MS, keepEmpty: true, ...(limit === undefined ? {} : { limit }) },
  );
}
