/** What an agent may use; null: not limited. */
export interface Budget {
  /** `*` for agents without one of their own. */
  agentId: string;
  maxActive: number | null;
  maxFiresPerHour: number | null;
  /** Epoch ms. */
  updatedAt: number;
}

/** The budget that holds for an agent: its own, or else that of `*`. */
export interface BudgetInForce extends Budget {
  /** Grows with every change of a budget of the team: see `Limit`. */
  revision: number;
}

/** The budgets of teams. A team has at most `MAX_BUDGETS`; parallel changes do not pass that either. */
export interface BudgetStore {
  /** All budgets of a team, by agent. */
  list(teamId: string): Promise<Budget[]>;

  /** The budget that was set for an agent, or for `*`. */
  get(teamId: string, agentId: string): Promise<Budget | null>;

  /** Adds a budget, or puts it in the place of the one before. Durable once resolved with `stored`. */
  put(teamId: string, budget: Budget): Promise<'stored' | 'too-many'>;

  /** Removes a budget, and gives it; null when there is none. Durable once resolved. */
  delete(teamId: string, agentId: string): Promise<Budget | null>;

  /** The budget that holds for an agent. May be up to `BUDGET_CACHE_MS` old. */
  inForce(teamId: string, agentId: string): Promise<BudgetInForce | null>;

  /** The same as far as it is known without asking; undefined where it has to be asked. */
  peek(teamId: string, agentId: string): BudgetInForce | null | undefined;
}

/** How long a process may go by what it has read of the budgets of a team, in ms. */
export const BUDGET_CACHE_MS = 30_000;
