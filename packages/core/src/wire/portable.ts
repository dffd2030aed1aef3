import { isDeepStrictEqual } from 'node:util';
import {
  PORTABLE_VERSION,
  type PortableClock,
  type PortableDelivery,
  type PortableTimer,
} from '@minoots/contract';
import { actionsOf } from '../domain/timer/deliveries.ts';
import { isHeld } from '../domain/timer/postponement.ts';
import type { Conditions, Delivery, Timer } from '../domain/timer/state.ts';
import { toWireEvents, toWireRetry } from './portable-events.ts';
import { EVENTS, toInstant, toWireAttempt } from './timer.ts';

/** A timer in the form in which it moves between servers; null when it has ended. Says nothing of the present instant. */
export function toPortable(timer: Timer): PortableTimer | null {
  const clock = toPortableClock(timer);
  if (clock === null) return null;
  const { dependencies, lineage, occurrence } = timer;
  return {
    type: 'timer',
    version: PORTABLE_VERSION,
    id: timer.id,
    name: timer.name,
    agent_id: timer.agentId,
    labels: timer.labels,
    metadata: timer.metadata,
    created_at: toInstant(timer.createdAt),
    generation: timer.generation,
    clock,
    events: toWireEvents(timer.events),
    retry: toWireRetry(timer.retry),
    ...toWireConditions(timer.conditions),
    depends_on:
      dependencies?.parents.map(({ id, outcome, at }) => ({ id, outcome, at: toInstant(at ?? null) })) ?? [],
    depends_on_when: dependencies?.when ?? null,
    on_dependency_failure: dependencies?.onFailure ?? null,
    has_dependents: timer.hasDependents,
    progress_told: timer.progressTold,
    schedule_id: timer.scheduleId,
    ...(occurrence && {
      occurrence: { planned_at: toInstant(occurrence.plannedAt), revision: occurrence.revision },
    }),
    line_ended: timer.lineEnded === true,
    touch_ms: timer.touchMs ?? null,
    lineage: lineage && { root_id: lineage.rootId, parent_id: lineage.parentId, depth: lineage.depth },
    fingerprint: timer.fingerprint,
    deliveries: timer.deliveries.map((delivery) => toPortableDelivery(timer, delivery)),
  };
}

function toPortableClock(timer: Timer): PortableClock | null {
  const { status } = timer;
  switch (status) {
    case 'waiting':
      return timer.clock.type === 'span'
        ? { status, duration_ms: timer.clock.ms }
        : { status, fire_at: toInstant(timer.clock.at) };
    case 'running':
      return {
        status,
        started_at: toInstant(timer.startedAt),
        fire_at: toInstant(timer.fireAt),
        total_ms: timer.totalMs,
        recheck_at: toInstant(timer.recheckAt),
      };
    case 'paused':
      return {
        status,
        started_at: toInstant(timer.startedAt),
        remaining_ms: timer.remainingMs,
        total_ms: timer.totalMs,
      };
    case 'firing':
      return {
        status,
        started_at: toInstant(timer.startedAt),
        fire_at: toInstant(timer.fireAt),
        fired_at: toInstant(timer.firedAt),
        drift_ms: timer.driftMs,
      };
    default:
      return null;
  }
}

function toWireConditions(conditions: Conditions | null): Pick<PortableTimer, 'conditions' | 'on_unmet'> {
  if (conditions === null) return { conditions: null, on_unmet: null };
  const { query, onUnmet } = conditions;
  if (onUnmet.type === 'skip') return { conditions: query, on_unmet: 'skip' };
  return {
    conditions: query,
    on_unmet: { recheck_every: onUnmet.everyMs, give_up_after: onUnmet.giveUpAfterMs },
  };
}

function toPortableDelivery({ events, id }: Timer, delivery: Delivery): PortableDelivery {
  const { number, trigger, share, status, attemptCount, roundStart, attempts, nextAttemptAt } = delivery;
  const { queuedAt = null, lease } = delivery;
  const action = actionsOf(events, trigger).findIndex((each) => isDeepStrictEqual(each, delivery.action));
  if (action < 0) throw new Error(`delivery ${number} of timer ${id} is of no action that the timer has`);
  return {
    number,
    event: EVENTS[trigger],
    share,
    action,
    status,
    attempt_count: attemptCount,
    round_start: roundStart,
    attempts: attempts.map(toWireAttempt),
    // Another server knows nothing of the pause that it waits for.
    next_attempt_at: toInstant(
      isHeld(delivery) ? (delivery.postponement?.since ?? nextAttemptAt) : nextAttemptAt,
    ),
    queued_at: toInstant(queuedAt),
    lease: lease && {
      attempt: lease.attempt,
      started_at: toInstant(lease.startedAt),
      until: toInstant(lease.until),
      runner_id: lease.runnerId ?? null,
    },
  };
}
