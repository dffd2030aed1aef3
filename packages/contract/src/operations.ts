import * as z from 'zod';
import { BatchResult, CreateBatchRequest } from './batch.ts';
import { ContextEntry, ContextKey, ContextList, SetContextRequest } from './context.ts';
import { DeliveryPage, ListDeliveriesQuery } from './delivery.ts';
import type { ErrorCode } from './errors.ts';
import { EventsQuery, TimerEvent } from './events.ts';
import { TimerGraph } from './graph.ts';
import { DeliveryId, TimerId } from './primitives.ts';
import type { Scope } from './scopes.ts';
import { AdvanceClockRequest, ClockReading, Health, Readiness, SigningSecrets } from './service.ts';
import * as t from './timer.ts';

/** One operation of the API, as data: routes, OpenAPI and permissions derive from it. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path in OpenAPI's form, such as `/v1/timers/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: 'timers' | 'deliveries' | 'context' | 'events' | 'service';
  /** The scope a key needs; null: no credentials needed. */
  readonly scope: Scope | null;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** An absent body is read as `{}`. */
  readonly bodyOptional?: boolean;
  readonly status: 200 | 201;
  readonly output: z.ZodType;
  /** `sse`: a stream of server-sent events, each with `output` as its data. */
  readonly stream?: 'sse';
  /** Codes beyond those that any operation of its kind can answer. */
  readonly errors: readonly ErrorCode[];
}

const timerParams = z.strictObject({ id: TimerId });
const deliveryParams = z.strictObject({ id: DeliveryId });
const contextParams = z.strictObject({ key: ContextKey });
const noFields = z.strictObject({});
const stateErrors = ['not_found', 'timer_already_fired', 'timer_settled', 'invalid_state'] as const;
const deliveryList = z.object({ data: z.array(t.Delivery) }).meta({ id: 'TimerDeliveries' });
const logList = z.object({ data: z.array(t.LogEntry) }).meta({ id: 'TimerLogs' });

export const OPERATIONS = {
  createTimer: {
    method: 'POST',
    path: '/v1/timers',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Create a timer',
    body: t.CreateTimerRequest,
    status: 201,
    output: t.CreatedTimer,
    errors: ['timer_exists', 'target_refused', 'unknown_parent', 'dependency_cycle', 'unknown_placeholder'],
  },
  createTimers: {
    method: 'POST',
    path: '/v1/timers/batch',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Create up to 1,000 timers, with a result per item',
    body: CreateBatchRequest,
    status: 200,
    output: BatchResult,
    errors: [],
  },
  cleanupTimers: {
    method: 'POST',
    path: '/v1/timers/cleanup',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Remove settled timers',
    body: t.CleanupRequest,
    bodyOptional: true,
    status: 200,
    output: t.CleanupResult,
    errors: [],
  },
  listTimers: {
    method: 'GET',
    path: '/v1/timers',
    tag: 'timers',
    scope: 'timers:read',
    summary: 'List timers, newest first',
    query: t.ListTimersQuery,
    status: 200,
    output: t.TimerPage,
    errors: ['invalid_cursor'],
  },
  getTimer: {
    method: 'GET',
    path: '/v1/timers/{id}',
    tag: 'timers',
    scope: 'timers:read',
    summary: 'Read a timer',
    params: timerParams,
    status: 200,
    output: t.Timer,
    errors: ['not_found'],
  },
  updateTimer: {
    method: 'PATCH',
    path: '/v1/timers/{id}',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Change name, agent, labels or metadata',
    params: timerParams,
    body: t.UpdateTimerRequest,
    status: 200,
    output: t.Timer,
    errors: ['not_found', 'precondition_failed'],
  },
  deleteTimer: {
    method: 'DELETE',
    path: '/v1/timers/{id}',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Cancel a timer if it is pending, and remove it with its history',
    params: timerParams,
    status: 200,
    output: t.Timer,
    errors: ['not_found', 'invalid_state'],
  },
  cancelTimer: {
    method: 'POST',
    path: '/v1/timers/{id}/cancel',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Cancel a timer that has not fired',
    params: timerParams,
    body: noFields,
    bodyOptional: true,
    status: 200,
    output: t.Timer,
    errors: stateErrors,
  },
  pauseTimer: {
    method: 'POST',
    path: '/v1/timers/{id}/pause',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Freeze the remaining time',
    params: timerParams,
    body: noFields,
    bodyOptional: true,
    status: 200,
    output: t.Timer,
    errors: stateErrors,
  },
  resumeTimer: {
    method: 'POST',
    path: '/v1/timers/{id}/resume',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Continue with the time that remained',
    params: timerParams,
    body: noFields,
    bodyOptional: true,
    status: 200,
    output: t.Timer,
    errors: stateErrors,
  },
  extendTimer: {
    method: 'POST',
    path: '/v1/timers/{id}/extend',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Add a span to the remaining time',
    params: timerParams,
    body: t.ExtendTimerRequest,
    status: 200,
    output: t.Timer,
    errors: stateErrors,
  },
  rescheduleTimer: {
    method: 'POST',
    path: '/v1/timers/{id}/reschedule',
    tag: 'timers',
    scope: 'timers:write',
    summary: 'Set a new time to fire',
    params: timerParams,
    body: t.RescheduleTimerRequest,
    status: 200,
    output: t.Timer,
    errors: stateErrors,
  },
  fireTimer: {
    method: 'POST',
    path: '/v1/timers/{id}/fire',
    tag: 'timers',
    scope: 'timers:fire',
    summary: 'Fire now',
    params: timerParams,
    body: noFields,
    bodyOptional: true,
    status: 200,
    output: t.Timer,
    errors: stateErrors,
  },
  getTimerLogs: {
    method: 'GET',
    path: '/v1/timers/{id}/logs',
    tag: 'timers',
    scope: 'timers:read',
    summary: 'Read what happened to a timer, oldest first',
    params: timerParams,
    status: 200,
    output: logList,
    errors: ['not_found'],
  },
  getTimerDeliveries: {
    method: 'GET',
    path: '/v1/timers/{id}/deliveries',
    tag: 'timers',
    scope: 'timers:read',
    summary: 'Read the deliveries of a timer',
    params: timerParams,
    status: 200,
    output: deliveryList,
    errors: ['not_found'],
  },
  getTimerGraph: {
    method: 'GET',
    path: '/v1/timers/{id}/graph',
    tag: 'timers',
    scope: 'timers:read',
    summary: 'Read what a timer came from and what follows from it',
    params: timerParams,
    status: 200,
    output: TimerGraph,
    errors: ['not_found'],
  },
  waitForTimer: {
    method: 'GET',
    path: '/v1/timers/{id}/wait',
    tag: 'timers',
    scope: 'timers:read',
    summary: 'Hold the request until the timer has ended or the timeout passed, then read it',
    params: timerParams,
    query: t.WaitQuery,
    status: 200,
    output: t.Timer,
    errors: ['not_found'],
  },
  listDeliveries: {
    method: 'GET',
    path: '/v1/deliveries',
    tag: 'deliveries',
    scope: 'timers:read',
    summary: 'List deliveries of all timers',
    query: ListDeliveriesQuery,
    status: 200,
    output: DeliveryPage,
    errors: ['invalid_cursor'],
  },
  redeliver: {
    method: 'POST',
    path: '/v1/deliveries/{id}/redeliver',
    tag: 'deliveries',
    scope: 'timers:fire',
    summary: 'Deliver again with a fresh attempt count',
    params: deliveryParams,
    body: noFields,
    bodyOptional: true,
    status: 200,
    output: t.Timer,
    errors: ['not_found', 'delivery_unfinished'],
  },
  listContext: {
    method: 'GET',
    path: '/v1/context',
    tag: 'context',
    scope: 'context:read',
    summary: 'Read all facts that conditions can ask for',
    status: 200,
    output: ContextList,
    errors: [],
  },
  getContext: {
    method: 'GET',
    path: '/v1/context/{key}',
    tag: 'context',
    scope: 'context:read',
    summary: 'Read a fact',
    params: contextParams,
    status: 200,
    output: ContextEntry,
    errors: ['not_found'],
  },
  setContext: {
    method: 'PUT',
    path: '/v1/context/{key}',
    tag: 'context',
    scope: 'context:write',
    summary: 'Set a fact, for conditions that are judged from now on',
    params: contextParams,
    body: SetContextRequest,
    status: 200,
    output: ContextEntry,
    errors: ['context_full'],
  },
  deleteContext: {
    method: 'DELETE',
    path: '/v1/context/{key}',
    tag: 'context',
    scope: 'context:write',
    summary: 'Remove a fact',
    params: contextParams,
    status: 200,
    output: ContextEntry,
    errors: ['not_found'],
  },
  streamEvents: {
    method: 'GET',
    path: '/v1/events',
    tag: 'events',
    scope: 'timers:read',
    stream: 'sse',
    summary: 'Follow events as they happen; resumes after Last-Event-ID',
    query: EventsQuery,
    status: 200,
    output: TimerEvent,
    errors: [],
  },
  getSigningSecrets: {
    method: 'GET',
    path: '/v1/signing-secrets',
    tag: 'service',
    scope: 'secrets:read',
    summary: 'Read the secrets that sign webhooks',
    status: 200,
    output: SigningSecrets,
    errors: [],
  },
  advanceClock: {
    method: 'POST',
    path: '/v1/clock/advance',
    tag: 'service',
    scope: 'clock',
    summary: 'Move the virtual clock and fire what falls due',
    body: AdvanceClockRequest,
    status: 200,
    output: ClockReading,
    errors: ['not_found'],
  },
  healthz: {
    method: 'GET',
    path: '/healthz',
    tag: 'service',
    scope: null,
    summary: 'The process lives',
    status: 200,
    output: Health,
    errors: [],
  },
  readyz: {
    method: 'GET',
    path: '/readyz',
    tag: 'service',
    scope: null,
    summary: 'Store and alarms answer',
    status: 200,
    output: Readiness,
    errors: [],
  },
} as const satisfies Record<string, Operation>;

export type Operations = typeof OPERATIONS;
export type OperationId = keyof Operations;
