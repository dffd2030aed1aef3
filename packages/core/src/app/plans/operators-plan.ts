import { PLANS } from '@minoots/contract';
import type { TeamPlan } from '../../domain/team/state.ts';

/** The plan of a team that is stored nowhere: its keys are of a time before the teams of operators were stored. */
export const OPERATORS_PLAN: TeamPlan = {
  id: 'enterprise',
  setBy: 'default',
  since: 0,
  historyMs: PLANS.enterprise.historyMs,
  grace: null,
};
