import { PLANS } from '@minoots/contract';
import type { TeamPlan } from '../../domain/team/state.ts';

/** The plan of a team that is stored nowhere, because an operator has made a key for it and nobody signs in to it. */
export const OPERATORS_PLAN: TeamPlan = {
  id: 'enterprise',
  setBy: 'default',
  since: 0,
  historyMs: PLANS.enterprise.historyMs,
  grace: null,
};
