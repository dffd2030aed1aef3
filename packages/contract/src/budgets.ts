import * as z from 'zod';
import { Instant } from './primitives.ts';
import { AgentId } from './timer-fields.ts';

/** The agent id of the budget that holds for agents without one of their own. */
export const DEFAULT_AGENT = '*';
/** Most budgets of a team. */
export const MAX_BUDGETS = 1_000;
/** Highest limit that a budget may set. */
const MAX_LIMIT = 1_000_000;

/** Limits an agent. What is absent is not limited. */
export const SetBudgetRequest = z
  .strictObject({
    /** Timers of the agent that have not ended. 0: it makes none. */
    max_active_timers: z.int().min(0).max(MAX_LIMIT).optional(),
    /** Timers of the agent that fire within an hour of the clock. What is over fires in a later one. */
    max_fires_per_hour: z.int().min(1).max(MAX_LIMIT).optional(),
  })
  .refine((limits) => Object.keys(limits).length > 0, 'must set a limit; delete the budget to have none')
  .meta({ id: 'SetBudgetRequest' });
export type SetBudgetRequest = z.infer<typeof SetBudgetRequest>;

/** What an agent may use; null: not limited. */
export const Budget = z
  .object({
    agent_id: AgentId,
    max_active_timers: z.int().nullable(),
    max_fires_per_hour: z.int().nullable(),
    updated_at: Instant,
  })
  .meta({ id: 'Budget' });
export type Budget = z.infer<typeof Budget>;

/** What an agent uses of its budget; null where that is not limited, and so not counted. */
export const BudgetUse = z
  .object({
    active_timers: z.int().nullable(),
    fires_this_hour: z.int().nullable(),
    /** When the next hour of the clock begins. */
    hour_ends_at: Instant,
  })
  .meta({ id: 'BudgetUse' });
export type BudgetUse = z.infer<typeof BudgetUse>;

/** The budget that holds for an agent, and what is used of it now. */
export const AgentBudget = Budget.extend({
  /** Whether it is the one of `*`, since the agent has none of its own. */
  is_default: z.boolean(),
  /** Null for `*`, which is no agent. */
  used: BudgetUse.nullable(),
}).meta({ id: 'AgentBudget' });
export type AgentBudget = z.infer<typeof AgentBudget>;

/** The budgets of the team, by agent. */
export const BudgetList = z.object({ data: z.array(Budget) }).meta({ id: 'BudgetList' });
export type BudgetList = z.infer<typeof BudgetList>;
