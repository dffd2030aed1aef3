import type { UpdateTimerRequest } from '@minoots/contract';
import type { TimerChanges, UpdateCommand } from '../../domain/timer/commands.ts';
import { withAgentCounter } from '../../domain/timer/places.ts';
import { shownVersion, type Timer } from '../../domain/timer/state.ts';
import { type Limit, LimitReached } from '../../ports/quota-ledger.ts';
import { applyCommand } from '../apply-command.ts';
import { activeLimit, agentOverBudget } from '../budgets/limits.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/**
 * Changes what a timer is called and carries. With another agent it counts against the budget of that one.
 * @param ifMatchVersion refuses the change when what is shown of the timer has another version
 * @throws MinootsError `agent_over_budget` where the new agent has no room; nothing changed
 */
export async function updateTimer(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  input: UpdateTimerRequest,
  ifMatchVersion?: number,
): Promise<Timer> {
  const key = { teamId: ctx.principal.teamId, timerId: id };
  const changes = toChanges(input);
  const limit = await limitOf(deps, key.teamId, changes);
  const check = (timer: Timer) => {
    const version = shownVersion(timer);
    if (ifMatchVersion === undefined || ifMatchVersion === version) return;
    throw new MinootsError(
      'precondition_failed',
      `Timer ${id} is at version ${version}; read it again before changing it`,
    );
  };
  const command = (timer: Timer): UpdateCommand => ({
    type: 'update',
    changes,
    ...(changes.agentId === undefined || timer.escalates !== undefined
      ? {}
      : { countAgainst: withAgentCounter(timer, limit === null ? null : changes.agentId) }),
  });
  try {
    return await applyCommand(deps, key, command, { check, limits: limit === null ? [] : [limit] });
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    throw agentOverBudget(changes.agentId ?? null, error.overLimit);
  }
}

/** The limit that the timer comes under by the change; null where there is none. */
async function limitOf(deps: Deps, teamId: string, { agentId }: TimerChanges): Promise<Limit | null> {
  if (agentId === undefined || agentId === null) return null;
  return activeLimit(agentId, await deps.budgets.inForce(teamId, agentId));
}

function toChanges({ name, agent_id: agentId, labels, metadata }: UpdateTimerRequest): TimerChanges {
  return {
    ...(name === undefined ? {} : { name }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(labels === undefined ? {} : { labels }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
