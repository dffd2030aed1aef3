import * as z from 'zod';
import { AgentBudget, Budget, BudgetList, SetBudgetRequest } from '../budgets.ts';
import { AgentId } from '../timer-fields.ts';
import type { Operation } from './operation.ts';

const budgetParams = z.strictObject({ agent_id: AgentId });

export const budgetOperations = {
  listBudgets: {
    method: 'GET',
    path: '/v1/agents/budgets',
    tag: 'agents',
    scope: 'agents:read',
    summary: 'List the budgets of agents',
    status: 200,
    output: BudgetList,
    errors: [],
  },
  getBudget: {
    method: 'GET',
    path: '/v1/agents/{agent_id}/budget',
    tag: 'agents',
    scope: 'agents:read',
    summary: 'Read the budget that holds for an agent, and what is used of it',
    params: budgetParams,
    status: 200,
    output: AgentBudget,
    errors: ['not_found'],
  },
  setBudget: {
    method: 'PUT',
    path: '/v1/agents/{agent_id}/budget',
    tag: 'agents',
    scope: 'agents:write',
    summary: 'Limit what an agent may use; `*` stands for agents without a budget of their own',
    params: budgetParams,
    body: SetBudgetRequest,
    status: 200,
    output: AgentBudget,
    errors: ['budgets_full'],
  },
  deleteBudget: {
    method: 'DELETE',
    path: '/v1/agents/{agent_id}/budget',
    tag: 'agents',
    scope: 'agents:write',
    summary: 'Take the budget of an agent away; that of `*` holds then, if there is one',
    params: budgetParams,
    status: 200,
    output: Budget,
    errors: ['not_found'],
  },
} as const satisfies Record<string, Operation>;
