import type { PortableDelivery, PortableTimer, Attempt as WireAttempt } from '@minoots/contract';
import { isForRunner } from '../../domain/action.ts';
import type { Result } from '../../domain/rejection.ts';
import { parseRetry } from '../../domain/retry.ts';
import { areSatisfied } from '../../domain/timer/commands/settle-parent.ts';
import { actionsOf } from '../../domain/timer/deliveries.ts';
import { appendLog, entry } from '../../domain/timer/log.ts';
import type { Attempt, Delivery, EventActions, Phase, Timer, Trigger } from '../../domain/timer/state.ts';
import { toPortable } from '../../wire/portable.ts';
import { EVENTS } from '../../wire/timer.ts';
import { readEvents } from '../actions/read-events.ts';
import { parseConditions } from '../conditions/parse.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fromRejection, MinootsError } from '../errors.ts';
import { readRetry } from '../plans/retry.ts';
import { misfitOf } from './check.ts';
import { digestOf } from './digest.ts';

/**
 * The timer that a portable one was, for the team of the request; not stored yet. It belongs to who imports it.
 * @throws MinootsError for what a request to create it would be refused for, and for what no timer can be
 */
export async function restoreTimer(
  deps: Deps,
  { principal }: RequestContext,
  portable: PortableTimer,
): Promise<Timer> {
  const now = deps.clock.now();
  const misfit = misfitOf(portable, now);
  if (misfit !== null) throw fromRejection(misfit);
  const { conditions, on_unmet: onUnmet, occurrence } = portable;
  const plan = await deps.plans.of(principal.teamId);
  // What it was made with where it came from, if it was not told otherwise: here there may be less.
  const isDefault = portable.retry === 'standard';
  const events = await readEvents(deps, principal.teamId, portable.events, '/events');
  const createdAt = Date.parse(portable.created_at);
  const made = `Imported by ${principal.id}; made at ${new Date(createdAt).toISOString()}`;
  const timer: Timer = {
    ...phaseOf(portable),
    id: portable.id,
    teamId: principal.teamId,
    createdBy: principal.id,
    name: portable.name,
    agentId: portable.agent_id,
    labels: portable.labels,
    metadata: portable.metadata,
    events,
    progressTold: portable.progress_told,
    retry: readRetry(plan.id, isDefault ? undefined : portable.retry),
    dependencies: dependenciesOf(portable, now),
    conditions: unwrap(
      parseConditions({
        ...(conditions === null ? {} : { conditions }),
        ...(onUnmet === null ? {} : { on_unmet: onUnmet }),
      }),
    ),
    hasDependents: portable.has_dependents,
    outbox: [],
    lineage: lineageOf(portable),
    scheduleId: portable.schedule_id,
    ...(occurrence && {
      occurrence: { plannedAt: Date.parse(occurrence.planned_at), revision: occurrence.revision },
    }),
    ...(portable.line_ended ? { lineEnded: true as const } : {}),
    ...(portable.touch_ms === null ? {} : { touchMs: portable.touch_ms }),
    fingerprint: portable.fingerprint,
    createdAt,
    updatedAt: now,
    version: 1,
    generation: portable.generation,
    deliveries: portable.deliveries.map((delivery, index) => restoreDelivery(events, delivery, index)),
    log: appendLog([], [entry(now, 'timer.created', made)], 1),
    recentCommands: [],
  };
  const sent = unwrap(parseRetry(portable.retry));
  return { ...timer, importDigest: digestOf(toPortable({ ...timer, retry: sent })) };
}

function phaseOf({ clock }: PortableTimer): Phase {
  const { status } = clock;
  switch (status) {
    case 'waiting':
      return 'fire_at' in clock
        ? { status, clock: { type: 'instant', at: Date.parse(clock.fire_at) } }
        : { status, clock: { type: 'span', ms: clock.duration_ms } };
    case 'running':
      return {
        status,
        startedAt: Date.parse(clock.started_at),
        fireAt: Date.parse(clock.fire_at),
        totalMs: clock.total_ms,
        recheckAt: instant(clock.recheck_at),
      };
    case 'paused':
      return {
        status,
        startedAt: Date.parse(clock.started_at),
        remainingMs: clock.remaining_ms,
        totalMs: clock.total_ms,
      };
    case 'firing':
      return {
        status,
        startedAt: Date.parse(clock.started_at),
        fireAt: Date.parse(clock.fire_at),
        firedAt: Date.parse(clock.fired_at),
        driftMs: clock.drift_ms,
        settledAt: null,
      };
    default:
      return status satisfies never;
  }
}

/** Parents of a timer that waits are looked at once more: what they did on the way here was told elsewhere. */
function dependenciesOf(portable: PortableTimer, now: number): Timer['dependencies'] {
  const { clock, depends_on_when: when, on_dependency_failure: onFailure } = portable;
  const parents = portable.depends_on.map(({ id, outcome, at }) => ({
    id,
    outcome,
    ...(at === null ? {} : { at: Date.parse(at) }),
  }));
  const isWaiting = clock.status === 'waiting';
  const dependencies =
    when === null || onFailure === null
      ? null
      : { parents, when, onFailure, uncheckedSince: isWaiting ? now : null };
  if (isWaiting && (dependencies === null || areSatisfied(dependencies))) {
    throw misfit('/depends_on', 'a waiting timer has a parent to wait for');
  }
  return dependencies;
}

function lineageOf({ lineage }: PortableTimer): Timer['lineage'] {
  return lineage && { rootId: lineage.root_id, parentId: lineage.parent_id, depth: lineage.depth };
}

function restoreDelivery(events: EventActions, delivery: PortableDelivery, index: number): Delivery {
  const { number, share, status, queued_at: queuedAt, lease } = delivery;
  const trigger = triggerOf(delivery.event);
  const action = actionsOf(events, trigger)[delivery.action];
  const pointer = `/deliveries/${index}/action`;
  if (action === undefined) {
    throw misfit(pointer, 'is not the number of an action of its event');
  }
  const isOfRunner = status === 'queued' || (lease !== null && lease.runner_id !== null);
  if (isOfRunner !== (isForRunner(action) && (status === 'queued' || lease !== null)))
    throw misfit(pointer, 'is carried out by another');
  return {
    number,
    trigger,
    share,
    action,
    status,
    attemptCount: delivery.attempt_count,
    roundStart: delivery.round_start,
    attempts: delivery.attempts.map(restoreAttempt),
    nextAttemptAt: instant(delivery.next_attempt_at),
    ...(queuedAt === null ? {} : { queuedAt: Date.parse(queuedAt) }),
    lease: lease && {
      attempt: lease.attempt,
      startedAt: Date.parse(lease.started_at),
      until: Date.parse(lease.until),
      ...(lease.runner_id === null ? {} : { runnerId: lease.runner_id }),
    },
  };
}

function misfit(pointer: string, message: string): MinootsError {
  return new MinootsError('invalid_request', `${pointer} ${message}`, { errors: [{ pointer, message }] });
}

function triggerOf(event: PortableDelivery['event']): Trigger {
  const triggers: readonly Trigger[] = ['expire', 'cancel', 'failure', 'progress'];
  const trigger = triggers.find((each) => EVENTS[each] === event);
  if (trigger === undefined) throw new Error(`nothing sets off ${event}`);
  return trigger;
}

function restoreAttempt(attempt: WireAttempt): Attempt {
  return {
    number: attempt.number,
    at: Date.parse(attempt.at),
    durationMs: attempt.duration_ms,
    outcome: attempt.outcome,
    responseStatus: attempt.response_status,
    responseBody: attempt.response_body,
    error: attempt.error,
    ...(attempt.exit_code === null ? {} : { exitCode: attempt.exit_code }),
    ...(attempt.runner_id === null ? {} : { runnerId: attempt.runner_id }),
  };
}

function instant(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw fromRejection(result);
  return result.value;
}
