import type * as wire from '@minoots/contract';
import type { Budget } from '../ports/budget-store.ts';
import { toInstant } from './timer.ts';

/** A budget as the API shows it. */
export function toWireBudget({ agentId, maxActive, maxFiresPerHour, updatedAt }: Budget): wire.Budget {
  return {
    agent_id: agentId,
    max_active_timers: maxActive,
    max_fires_per_hour: maxFiresPerHour,
    updated_at: toInstant(updatedAt),
  };
}
