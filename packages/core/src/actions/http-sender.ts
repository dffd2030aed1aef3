import type { Clock } from '../ports/clock.ts';
import type { AttemptReport } from './performer.ts';
import type { GuardedAgents } from './target-guard.ts';
import {
  type Course,
  createClient,
  type Exchanged,
  exchange,
  type WebhookClient,
} from './webhook-exchange.ts';
import { describeFailure, isStaleConnection, refusalOf } from './webhook-failure.ts';
import type { WebhookRequest } from './webhook-request.ts';

export interface SenderDeps {
  /** The time of timers; virtual where the engine's is. */
  clock: Clock;
  /** Real time, for what receivers and their answers mean by it. `Date.now` unless told. */
  wallClock?: Clock;
  agents: GuardedAgents;
  /** Version of the service, for `user-agent`. */
  version: string;
}

/** Why a request is not to be sent, now or ever. */
export interface Unsendable {
  refused: string;
}

/**
 * Makes one attempt at a request and reports how that went.
 * @param timeoutMs for the whole attempt, from connecting to the end of the answer
 * @param build the request of an attempt that is handed off at `at`, in epoch ms of the timers' time
 */
export type Send = (
  timeoutMs: number,
  build: (at: number) => WebhookRequest | Unsendable,
) => Promise<AttemptReport>;

const MAX_BODY_BYTES = 262_144;

/** Sends requests of attempts over guarded connections that are kept for the next. */
export function createSender({ clock, wallClock = { now: Date.now }, agents, version }: SenderDeps): Send {
  const client = createClient(agents, version);
  return async (timeoutMs, build) => {
    const at = clock.now();
    const startedAt = performance.now();
    const request = build(at);
    const refusal = 'refused' in request ? request.refused : sizeRefusal(request);
    if (refusal !== null || 'refused' in request) return refused(at, refusal ?? '');
    const result = await send(client, request, timeoutMs, wallClock);
    return { at, durationMs: Math.round(performance.now() - startedAt), ...result };
  };
}

/** The report of an attempt that was not made because it is not allowed to be, now or ever. */
export function refused(at: number, error: string): AttemptReport {
  return { at, durationMs: 0, ...failed('refused', error, null) };
}

function sizeRefusal({ body }: WebhookRequest): string | null {
  const size = body?.length ?? 0;
  return size > MAX_BODY_BYTES
    ? `the request body is ${size} bytes with its placeholders filled, over the ${MAX_BODY_BYTES} allowed`
    : null;
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
