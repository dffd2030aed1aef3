import { AgentBudget, Budget, OPERATIONS } from '@minoots/contract';
import type { Suite } from './suite.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let agents = 0;

/** Helpers that the suites of budgets share. Agents are new in each test, since timers of earlier ones count too. */
export function budgetHelp({ api, server }: Suite) {
  const pathOf = (agentId: string) => `/v1/agents/${encodeURIComponent(agentId)}/budget`;
  return {
    newAgent: () => `budgeted-${++agents}`,
    pathOf,
    set: (agentId: string, limits: object) =>
      api().read(AgentBudget, 200, 'PUT', pathOf(agentId), { body: limits }),
    show: (agentId: string) => api().get(AgentBudget, pathOf(agentId)),
    unset: (agentId: string) => api().read(Budget, 200, 'DELETE', pathOf(agentId)),
    active: async (agentId: string) =>
      (await api().get(AgentBudget, pathOf(agentId))).used?.active_timers ?? null,
    fires: async (agentId: string) =>
      (await api().get(AgentBudget, pathOf(agentId))).used?.fires_this_hour ?? null,
    refused: (agent_id: string, fields: object = {}) =>
      api().refusal(422, 'POST', '/v1/timers', {
        body: { name: 'too many', duration: '1h', agent_id, ...fields },
      }),
    logOf: async (id: string) =>
      (await api().get(OPERATIONS.getTimerLogs.output, `/v1/timers/${id}/logs`)).data,
    /** Moves the clock to some time after the beginning of an hour. */
    toHour: async (afterMs = MINUTE) => {
      const now = Date.parse((await api().create({ duration: 1 })).created_at);
      await server().advance(HOUR - (now % HOUR) + afterMs);
      return now - (now % HOUR) + HOUR;
    },
  };
}
