import type { WebhookAction } from '../domain/action.ts';
import type { Clock } from '../ports/clock.ts';
import type { SigningSecretStore } from '../ports/signing-secret-store.ts';
import { deliveryId } from '../wire/delivery-id.ts';
import type { ActionPerformer } from './performer.ts';
import type { GuardedAgents } from './target-guard.ts';
import {
  type Course,
  createClient,
  type Exchanged,
  exchange,
  type WebhookClient,
} from './webhook-exchange.ts';
import { describeFailure, isStaleConnection, refusalOf } from './webhook-failure.ts';
import { buildRequest, signatureHeaders, type WebhookRequest } from './webhook-request.ts';

export interface WebhookDeps {
  /** The time of timers; virtual where the engine's is. */
  clock: Clock;
  /** Real time, for what receivers and their answers mean by it. `Date.now` unless told. */
  wallClock?: Clock;
  secrets: SigningSecretStore;
  agents: GuardedAgents;
  /** Version of the service, for `user-agent`. */
  version: string;
}

const MAX_BODY_BYTES = 262_144;

/**
 * Calls webhooks: one signed HTTP request per attempt, over guarded connections that are kept for the next.
 * The action's timeout covers the whole attempt, from connecting to the end of the answer.
 */
export function createWebhookPerformer(deps: WebhookDeps): ActionPerformer<WebhookAction> {
  const { clock, wallClock = { now: Date.now }, secrets } = deps;
  const client = createClient(deps.agents, deps.version);

  return {
    async perform(action, context) {
      const inForce = await secrets.forTeam(context.timer.teamId);
      const at = clock.now();
      const startedAt = performance.now();
      const request = buildRequest(action, context, at);
      const size = request.body?.length ?? 0;
      if (size > MAX_BODY_BYTES) {
        const error = `the request body is ${size} bytes with its placeholders filled, over the ${MAX_BODY_BYTES} allowed`;
        return { at, durationMs: 0, ...failed('refused', error, null) };
      }
      const id = deliveryId(context.timer, context.delivery.number);
      Object.assign(request.headers, signatureHeaders(id, wallClock.now(), request.body, inForce));
      const result = await send(client, request, action.timeoutMs, wallClock);
      return { at, durationMs: Math.round(performance.now() - startedAt), ...result };
    },
  };
}

async function send(
  client: WebhookClient,
  request: WebhookRequest,
  timeoutMs: number,
  wallClock: Clock,
): Promise<Exchanged> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const course: Course = { phase: 'connecting', reusedConnection: false, responseStatus: null };
  const attempt = () => exchange(client, request, timeout.signal, course, wallClock);
  try {
    // A kept connection may close just as it is used again. Receivers tell a repeat by its webhook-id.
    return await attempt().catch((error) => {
      if (course.reusedConnection && course.responseStatus === null && isStaleConnection(error))
        return attempt();
      throw error;
    });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== null) return failed('refused', refusal, null);
    const text = timeout.signal.aborted
      ? `timed out after ${timeoutMs} ms while ${course.phase}`
      : describeFailure(error, course.phase);
    return failed('failed', text, course.responseStatus);
  } finally {
    clearTimeout(timer);
  }
}

function failed(outcome: 'failed' | 'refused', error: string, responseStatus: number | null): Exchanged {
  return { outcome, error, responseStatus, responseBody: null, retryAfterMs: null };
}
