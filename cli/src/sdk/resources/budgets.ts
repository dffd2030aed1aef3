import type { AgentBudget, Budget, SetBudgetRequest } from '@minoots/contract';
import type { Call } from './caller.ts';

/** Operations on what agents may use. `*` stands for agents without a budget of their own. Every method throws MinootsError. */
export class Budgets {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** All budgets of the team, by agent. */
  async list(): Promise<Budget[]> {
    return (await this.#call('listBudgets')).data;
  }

  /** The budget that holds for an agent, be it that of `*`, and what is used of it. */
  get(agentId: string): Promise<AgentBudget> {
    return this.#call('getBudget', { id: agentId });
  }

  /** Puts a budget in the place of the one before. A limit that is not given is none. */
  set(agentId: string, limits: SetBudgetRequest): Promise<AgentBudget> {
    return this.#call('setBudget', { id: agentId, body: limits });
  }

  /** Removes a budget, and gives it as it was. */
  delete(agentId: string): Promise<Budget> {
    return this.#call('deleteBudget', { id: agentId });
  }
}
