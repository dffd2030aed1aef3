import type { JsonObject } from '@minoots/contract';
import type { ActionByType } from '../domain/action.ts';
import { checkPlaceholders } from '../domain/action-checks.ts';
import { ok } from '../domain/rejection.ts';
import { secretName } from '../domain/secret-names.ts';
import { render } from '../domain/template.ts';
import { deliveryId } from '../wire/delivery-id.ts';
import { EVENTS, toInstant } from '../wire/timer.ts';
import type { ActionKind } from './action-kind.ts';
import { CONNECTOR_TIMEOUT_MS, shorten } from './connector.ts';
import { createSender } from './http-sender.ts';
import type { AttemptContext } from './performer.ts';
import { templateScope } from './template-scope.ts';
import { jsonRequest } from './webhook-request.ts';

/** Where PagerDuty takes events (Events API v2). */
const ENQUEUE_URL = 'https://events.pagerduty.com/v2/enqueue';
const SECRET = 'PAGERDUTY_ROUTING_KEY';
/** PagerDuty refuses more. */
const MAX_SUMMARY = 1_024;
const MAX_DEDUP_KEY = 255;

/** Triggers an alert of PagerDuty, by the routing key that a secret holds. */
export const pagerduty: ActionKind<'pagerduty'> = {
  read({ secret = SECRET, severity = 'error', summary, dedup_key }, at) {
    const misfit = checkPlaceholders(summary, at('summary')) ?? checkPlaceholders(dedup_key, at('dedup_key'));
    const timeoutMs = CONNECTOR_TIMEOUT_MS;
    return (
      misfit ?? ok({ type: 'pagerduty', secret: secretName(secret), severity, summary, dedup_key, timeoutMs })
    );
  },
  createPerformer(deps) {
    const send = createSender(deps);
    const url = deps.vendors?.pagerduty ?? ENQUEUE_URL;
    return {
      perform: (action, context) =>
        send(action.timeoutMs, (at) => jsonRequest(url, event(action, context, at))),
    };
  },
};

function event(action: ActionByType['pagerduty'], context: AttemptContext, at: number): JsonObject {
  const { timer, delivery, secrets } = context;
  const scope = templateScope(context, at);
  const id = deliveryId(timer, delivery.number);
  return {
    routing_key: secrets.get(action.secret ?? SECRET)?.trim() ?? '',
    event_action: 'trigger',
    // Attempts that arrive twice are one alert.
    dedup_key: render(action.dedup_key ?? '', scope).slice(0, MAX_DEDUP_KEY) || id,
    client: 'MINOOTS',
    payload: {
      summary: shorten(render(action.summary, scope), MAX_SUMMARY) || timer.name,
      source: timer.agentId ?? 'minoots',
      severity: action.severity ?? 'error',
      timestamp: toInstant(at),
      custom_details: {
        event: EVENTS[delivery.trigger],
        timer_id: timer.id,
        timer_name: timer.name,
        delivery: id,
        metadata: timer.metadata,
      },
    },
  };
}
