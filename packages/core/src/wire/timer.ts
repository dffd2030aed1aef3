import type * as wire from '@minoots/contract';
import { openParents } from '../domain/timer/commands/settle-parent.ts';
import { isHeld } from '../domain/timer/postponement.ts';
import type { Attempt, Delivery, NewLogEntry, Timer, Trigger } from '../domain/timer/state.ts';
import { progress, timeRemainingMs } from '../domain/timer/time.ts';
import { deliveryId } from './delivery-id.ts';
import { toWireRetry } from './portable-events.ts';

/** An instant as responses show it: RFC 3339, UTC, milliseconds. */
export function toInstant(at: number): string;
export function toInstant(at: number | null): string | null;
export function toInstant(at: number | null): string | null {
  if (at === null) return null;
  // Timers show the same few instants again and again, and formatting one costs more than the rest of its row.
  if (at !== latest.at) {
    const known = at === earlier.at ? earlier : { at, text: new Date(at).toISOString() };
    earlier = latest;
    latest = known;
  }
  return latest.text;
}

let latest = { at: 0, text: new Date(0).toISOString() };
let earlier = latest;

/**
 * A timer as the API shows it at the instant `now`.
 * @param permissions what the team that asks may do with it as a guest; null for its own
 */
export function toWireTimer(
  timer: Timer,
  now: number,
  permissions: wire.SharePermission[] | null = null,
): wire.Timer {
  const { dependencies, lineage } = timer;
  return {
    id: timer.id,
    team_id: timer.teamId,
    created_by: timer.createdBy,
    name: timer.name,
    agent_id: timer.agentId,
    labels: timer.labels,
    metadata: timer.metadata,
    status: timer.status,
    generation: timer.generation,
    created_at: toInstant(timer.createdAt),
    updated_at: toInstant(timer.updatedAt),
    started_at: 'startedAt' in timer ? toInstant(timer.startedAt) : null,
    fire_at: 'fireAt' in timer ? toInstant(timer.fireAt) : null,
    fired_at: 'firedAt' in timer ? toInstant(timer.firedAt) : null,
    settled_at: 'settledAt' in timer ? toInstant(timer.settledAt) : null,
    drift_ms: 'driftMs' in timer ? timer.driftMs : null,
    progress: progress(timer, now),
    time_remaining_ms: timeRemainingMs(timer, now),
    depends_on: dependencies?.parents.map(({ id }) => id) ?? [],
    waiting_for: timer.status === 'waiting' && dependencies ? openParents(dependencies) : [],
    depends_on_when: dependencies?.when ?? null,
    on_dependency_failure: dependencies?.onFailure ?? null,
    conditions: timer.conditions?.query ?? null,
    retry: toWireRetry(timer.retry),
    lineage: lineage && { root_id: lineage.rootId, parent_id: lineage.parentId, depth: lineage.depth },
    recheck_at: toInstant('recheckAt' in timer ? timer.recheckAt : null),
    throttled_until: toInstant('throttledUntil' in timer ? (timer.throttledUntil ?? null) : null),
    schedule_id: timer.scheduleId,
    escalates: timer.escalates ?? null,
    shared: permissions && { permissions },
    deliveries: timer.deliveries.map((delivery) => toWireDelivery(timer, delivery)),
  };
}

/** What a delivery tells of, by what set it off. */
export const EVENTS = {
  expire: 'timer.expired',
  cancel: 'timer.cancelled',
  failure: 'timer.failed',
  progress: 'timer.progress',
} as const satisfies Record<Trigger, wire.Delivery['event']>;

/** A delivery as the API shows it. */
export function toWireDelivery(timer: Timer, delivery: Delivery): wire.Delivery {
  const { postponement } = delivery;
  return {
    id: deliveryId(timer, delivery.number),
    timer_id: timer.id,
    event: EVENTS[delivery.trigger],
    type: delivery.action.type,
    status: delivery.status,
    attempts: delivery.attempts.map(toWireAttempt),
    next_attempt_at: toInstant(delivery.nextAttemptAt),
    postponed:
      postponement !== undefined && isHeld(delivery)
        ? { endpoint_id: postponement.endpointId, since: toInstant(postponement.since) }
        : null,
  };
}

/** A history entry as the API shows it. */
export function toWireLogEntry({ at, type, message, data }: NewLogEntry): wire.LogEntry {
  return { at: toInstant(at), type, message, ...(data === undefined ? {} : { data }) };
}

/** An attempt as the API shows it. */
export function toWireAttempt(attempt: Attempt): wire.Attempt {
  return {
    number: attempt.number,
    at: toInstant(attempt.at),
    duration_ms: attempt.durationMs,
    outcome: attempt.outcome,
    response_status: attempt.responseStatus,
    response_body: attempt.responseBody,
    error: attempt.error,
    exit_code: attempt.exitCode ?? null,
    runner_id: attempt.runnerId ?? null,
  };
}
