import { checkPlaceholders, checkUrl } from '../domain/action-checks.ts';
import { ok, reject } from '../domain/rejection.ts';
import { deliveryId } from '../wire/delivery-id.ts';
import type { ActionKind } from './action-kind.ts';
import { createSender } from './http-sender.ts';
import type { AttemptReport } from './performer.ts';
import { hideIn } from './redaction.ts';
import { buildRequest, signatureHeaders } from './webhook-request.ts';

/** How long one attempt may take, in ms: a function that has to start first takes its time. */
const TIMEOUT_MS = 60_000;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Calls a Cloud Function or a service of Cloud Run that admits callers by their identity token. */
export const cloudFunction: ActionKind<'cloud_function'> = {
  read({ url, audience, body }, at) {
    const misfit = checkUrl(url, at('url')) ?? checkPlaceholders(body, at('body'));
    if (misfit) return misfit;
    const target = new URL(url);
    if (target.protocol !== 'https:' && !LOOPBACK.test(target.hostname)) {
      return reject('invalid_request', 'must be https: a token goes with it', at('url'));
    }
    // Else whoever answers at the URL could use the token to call another service in our name.
    if (audience !== undefined && URL.parse(audience)?.origin !== target.origin) {
      return reject('invalid_request', 'must be of the same origin as the URL', at('audience'));
    }
    return ok({ type: 'cloud_function', url, audience, body, timeoutMs: TIMEOUT_MS });
  },
  target: ({ url }) => url,
  createPerformer(deps) {
    const { idTokens, secrets, clock, wallClock = { now: Date.now } } = deps;
    const send = createSender(deps);
    if (idTokens === null) {
      const unavailable = 'this service has no identity of Google’s to call functions with';
      return { unavailable, perform: async () => failed(clock.now(), 'refused', unavailable) };
    }
    return {
      async perform({ url, audience, body, timeoutMs }, context) {
        const token = await idTokens.tokenFor(audience ?? audienceOf(url)).catch(() => null);
        if (token === null)
          return { ...failed(clock.now(), 'failed', 'no identity token could be had'), isOwnFault: true };
        const inForce = await secrets.forTeam(context.timer.teamId, clock.now());
        const id = deliveryId(context.timer, context.delivery.number);
        const custom = body === undefined ? null : { value: body };
        const action = {
          type: 'webhook',
          url,
          method: 'POST',
          headers: {},
          body: custom,
          timeoutMs,
        } as const;
        const report = await send(timeoutMs, (at) => {
          const request = buildRequest(action, context, at);
          const signature = signatureHeaders(id, wallClock.now(), request.body, inForce);
          Object.assign(request.headers, signature, { authorization: `Bearer ${token}` });
          return request;
        });
        return hideIn(report, [token]);
      },
    };
  },
};

/** A function goes by its URL; what a placeholder stands in the path of is a service, which goes by its origin. */
function audienceOf(template: string): string {
  const [path = ''] = template.split(/[?#]/);
  return path.includes('${') ? new URL(template).origin : path;
}

function failed(at: number, outcome: 'failed' | 'refused', error: string): AttemptReport {
  return {
    at,
    durationMs: 0,
    outcome,
    error,
    responseStatus: null,
    responseBody: null,
    retryAfterMs: null,
  };
}
