import * as z from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Scope } from '../scopes.ts';
import type { SharePermission } from '../shares.ts';

/** One operation of the API, as data: routes, OpenAPI and permissions derive from it. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path in OpenAPI's form, such as `/v1/timers/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag:
    | 'timers'
    | 'deliveries'
    | 'schedules'
    | 'runners'
    | 'agents'
    | 'endpoints'
    | 'teams'
    | 'billing'
    | 'context'
    | 'secrets'
    | 'events'
    | 'service';
  /** The scope that it takes; `any`: credentials, whatever they may do; null: none at all. */
  readonly scope: Scope | 'any' | null;
  /** What a team needs to do this with a timer of another that is shared with it; absent where no team can. */
  readonly guest?: SharePermission;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** An absent body is read as `{}`. */
  readonly bodyOptional?: boolean;
  readonly status: 200 | 201;
  readonly output: z.ZodType;
  /** Fields of the answer that are shown once and kept nowhere: a repeat by Idempotency-Key is refused with `shown_once`. */
  readonly shownOnce?: readonly string[];
  /** `sse`: a stream of server-sent events, each with `output` as its data. */
  readonly stream?: 'sse';
  /** Codes beyond those that any operation of its kind can answer. */
  readonly errors: readonly ErrorCode[];
}

/** A body that says nothing. */
export const noFields = z.strictObject({});

/** What may be wrong with the actions of a timer. */
export const templateErrors = [
  'target_refused',
  'unknown_placeholder',
  'lineage_too_deep',
  'unknown_secret',
  'action_unavailable',
  'plan_required',
] as const;
