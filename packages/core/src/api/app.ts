import { OPERATIONS, type OperationId } from '@minoots/contract';
import { Hono } from 'hono';
import type { BillingDeps } from '../app/billing/payments.ts';
import type { Deps } from '../app/deps.ts';
import type { SignInDeps } from '../app/sign-in/owner.ts';
import { agentHandlers } from './agents.handlers.ts';
import { apiKeyHandlers } from './api-keys.handlers.ts';
import { billingHandlers } from './billing.handlers.ts';
import { budgetHandlers } from './budgets.handlers.ts';
import { contextHandlers } from './context.handlers.ts';
import { deliveryHandlers } from './deliveries.handlers.ts';
import { mountDocs } from './docs.ts';
import { endpointHandlers } from './endpoints.handlers.ts';
import { eventHandlers } from './events.handlers.ts';
import { type MountDeps, mountOperation } from './mount.ts';
import { openApiDocument } from './openapi.ts';
import type { Handlers } from './operation.ts';
import { portabilityHandlers } from './portability.handlers.ts';
import { previewHandlers } from './preview.handlers.ts';
import { privacyHandlers } from './privacy.handlers.ts';
import { mountRefusals } from './refusals.ts';
import { toResponse } from './reply.ts';
import { requestIdOf } from './request-id.ts';
import { runnerHandlers } from './runners.handlers.ts';
import { scheduleHandlers } from './schedules.handlers.ts';
import { secretHandlers } from './secrets.handlers.ts';
import { type ServiceDeps, serviceHandlers } from './service.handlers.ts';
import { shareHandlers } from './shares.handlers.ts';
import { signInHandlers } from './sign-in.handlers.ts';
import { ssoHandlers } from './sso.handlers.ts';
import { teamHandlers } from './teams.handlers.ts';
import { timerHandlers } from './timers.handlers.ts';

/** What an engine gives the API: the ports of the use cases, who may call, and what it says of itself. */
export type ApiDeps = Deps &
  MountDeps &
  ServiceDeps &
  BillingDeps &
  SignInDeps & {
    /** Serves pages of the engine's own beside the API. */
    mountPages?: (app: Hono) => void;
  };

/** The HTTP API over an engine: every operation of the contract, `/openapi.json` and `/docs`. */
export function createApi(deps: ApiDeps): Hono {
  const app = new Hono();
  const handlers: Handlers = {
    ...timerHandlers(deps),
    ...shareHandlers(deps),
    ...deliveryHandlers(deps),
    ...runnerHandlers(deps),
    ...agentHandlers(deps),
    ...endpointHandlers(deps),
    ...portabilityHandlers(deps),
    ...billingHandlers(deps),
    ...budgetHandlers(deps),
    ...contextHandlers(deps),
    ...secretHandlers(deps),
    ...teamHandlers(deps),
    ...privacyHandlers(deps),
    ...apiKeyHandlers(deps),
    ...signInHandlers(deps),
    ...ssoHandlers(deps),
    ...eventHandlers(deps),
    ...previewHandlers(deps),
    ...scheduleHandlers(deps),
    ...serviceHandlers(deps),
  };
  for (const id of Object.keys(OPERATIONS).filter(isOperationId)) mountOperation(app, deps, handlers, id);
  mountOpenApi(app, deps);
  mountDocs(app);
  deps.mountPages?.(app);
  mountRefusals(app, deps.logger);
  return app;
}

function mountOpenApi(app: Hono, { version, advanceClock }: ServiceDeps): void {
  const has = (id: string) => id !== 'advanceClock' || advanceClock !== null;
  let body: string | undefined;
  app.get('/openapi.json', (c) => {
    // Made at the first request, because most processes are never asked for it.
    body ??= openApiDocument({ version, has });
    return toResponse({ status: 200, body }, requestIdOf(c.req.raw.headers));
  });
}

function isOperationId(key: string): key is OperationId {
  return Object.hasOwn(OPERATIONS, key);
}
