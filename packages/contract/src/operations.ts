import { agentOperations } from './operations/agents.ts';
import { apiKeyOperations } from './operations/api-keys.ts';
import { auditOperations } from './operations/audit.ts';
import { billingOperations } from './operations/billing.ts';
import { budgetOperations } from './operations/budgets.ts';
import { contextOperations } from './operations/context.ts';
import { deliveryOperations } from './operations/deliveries.ts';
import { endpointOperations } from './operations/endpoints.ts';
import { eventOperations } from './operations/events.ts';
import { portabilityOperations } from './operations/portability.ts';
import { privacyOperations } from './operations/privacy.ts';
import { runnerOperations } from './operations/runners.ts';
import { scheduleOperations } from './operations/schedules.ts';
import { secretOperations } from './operations/secrets.ts';
import { serviceOperations } from './operations/service.ts';
import { shareOperations } from './operations/shares.ts';
import { signInOperations } from './operations/sign-in.ts';
import { ssoOperations } from './operations/sso.ts';
import { teamOperations } from './operations/teams.ts';
import { timerOperations } from './operations/timers.ts';

export type { Operation } from './operations/operation.ts';

/** Every operation of the API, by id. */
export const OPERATIONS = {
  ...timerOperations,
  ...shareOperations,
  ...scheduleOperations,
  ...portabilityOperations,
  ...deliveryOperations,
  ...runnerOperations,
  ...agentOperations,
  ...endpointOperations,
  ...billingOperations,
  ...budgetOperations,
  ...contextOperations,
  ...secretOperations,
  ...teamOperations,
  ...privacyOperations,
  ...apiKeyOperations,
  ...signInOperations,
  ...auditOperations,
  ...ssoOperations,
  ...eventOperations,
  ...serviceOperations,
};

export type Operations = typeof OPERATIONS;
export type OperationId = keyof Operations;
