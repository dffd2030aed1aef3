import type { ActionFields, WebhookAction } from '../domain/action.ts';
import { checkHeaders, checkPlaceholders, checkUrl } from '../domain/action-checks.ts';
import type { FieldPlace } from '../domain/action-parse.ts';
import { parseDuration } from '../domain/duration.ts';
import { ok, type Result } from '../domain/rejection.ts';
import { deliveryId } from '../wire/delivery-id.ts';
import type { ActionKind, PerformerDeps } from './action-kind.ts';
import { createSender } from './http-sender.ts';
import type { ActionPerformer } from './performer.ts';
import { buildRequest, signatureHeaders } from './webhook-request.ts';

export type WebhookDeps = Pick<PerformerDeps, 'clock' | 'wallClock' | 'secrets' | 'agents' | 'version'>;

const TIMEOUT_MS = { unlessTold: 15_000, min: 100, max: 60_000 };

/** Calls a URL: one signed HTTP request per attempt. */
export const webhook: ActionKind<'webhook'> = {
  expand: (url) => ({ url }),
  read,
  target: ({ url }) => url,
  createPerformer: createWebhookPerformer,
};

/**
 * Calls webhooks over guarded connections that are kept for the next.
 * The action's timeout covers the whole attempt, from connecting to the end of the answer.
 */
export function createWebhookPerformer(deps: WebhookDeps): ActionPerformer<WebhookAction> {
  const { clock, wallClock = { now: Date.now }, secrets } = deps;
  const send = createSender(deps);

  return {
    async perform(action, context) {
      const inForce = await secrets.forTeam(context.timer.teamId, clock.now());
      const id = deliveryId(context.timer, context.delivery.number);
      return send(action.timeoutMs, (at) => {
        const request = buildRequest(action, context, at);
        Object.assign(request.headers, signatureHeaders(id, wallClock.now(), request.body, inForce));
        return request;
      });
    },
  };
}

function read(fields: ActionFields['webhook'], at: FieldPlace): Result<WebhookAction> {
  const { url, method = 'POST', headers = {}, body } = fields;
  const misfit =
    checkUrl(url, at('url')) ?? checkHeaders(headers, at('headers')) ?? checkPlaceholders(body, at('body'));
  if (misfit) return misfit;
  const bounds = { minMs: TIMEOUT_MS.min, maxMs: TIMEOUT_MS.max };
  const timeout = parseDuration(fields.timeout ?? TIMEOUT_MS.unlessTold, at('timeout'), bounds);
  if (!timeout.ok) return timeout;
  const value = body === undefined ? null : { value: body };
  return ok({ type: 'webhook', url, method, headers, body: value, timeoutMs: timeout.value });
}
