import type { Timer } from '../../domain/timer/state.ts';
import { isPending } from '../../domain/timer/time.ts';
import { applyCommand } from '../apply-command.ts';
import { isLimited, isMetered, takeTurn } from '../budgets/turns.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/**
 * Fires a timer at once. Its actions are handed off by the alarm that this arms, so the answer does not wait for them.
 * @throws MinootsError `agent_throttled` where its agent has fired as often as it may; nothing changed
 */
export async function fireTimer(
  deps: Deps,
  { principal, commandId }: RequestContext,
  id: string,
): Promise<Timer> {
  const key = { teamId: principal.teamId, timerId: id };
  for (let allowed: string | null = null; ; ) {
    const check = (timer: Timer) => {
      const { agentId } = timer;
      if (agentId !== null && agentId !== allowed && isPending(timer) && isMetered(deps, timer))
        throw new TurnNeeded(agentId);
    };
    try {
      return await applyCommand(deps, key, { type: 'fire-now' }, { commandId, check });
    } catch (error) {
      if (!(error instanceof TurnNeeded)) throw error;
      allowed = error.agentId;
      await allow(deps, key.teamId, allowed);
    }
  }
}

async function allow(deps: Deps, teamId: string, agentId: string): Promise<void> {
  const budget = await deps.budgets.inForce(teamId, agentId);
  const throttle = isLimited(budget) ? await takeTurn(deps, { teamId, agentId }, budget) : null;
  if (throttle === null) return;
  const { until, reason } = throttle;
  const retryAfterS = Math.ceil((until - deps.clock.now()) / 1_000);
  throw new MinootsError('agent_throttled', `${reason[0]?.toUpperCase()}${reason.slice(1)}`, {
    retryAfterS: Math.max(1, retryAfterS),
    members: { agent_id: agentId, until: new Date(until).toISOString() },
  });
}

/** The fires of the timer's agent may be limited, which has to be asked before. */
class TurnNeeded extends Error {
  override readonly name = 'TurnNeeded';
  readonly agentId: string;

  constructor(agentId: string) {
    super(`the fires of ${agentId} are counted`);
    this.agentId = agentId;
  }
}
