import type { BatchResult, CreatedTimer, SharePermission, Timer as WireTimer } from '@minoots/contract';
import type { Deps, RequestContext } from '../app/deps.ts';
import { cancelTimer } from '../app/timers/cancel.ts';
import { cancelLineage } from '../app/timers/cancel-lineage.ts';
import { cleanupTimers } from '../app/timers/cleanup.ts';
import { createTimer } from '../app/timers/create.ts';
import { type BatchItemOutcome, createTimers } from '../app/timers/create-batch.ts';
import { deleteTimer } from '../app/timers/delete.ts';
import { extendTimer } from '../app/timers/extend.ts';
import { fireTimer } from '../app/timers/fire.ts';
import { getTimer } from '../app/timers/get.ts';
import { getTimerGraph } from '../app/timers/graph.ts';
import { listTimers } from '../app/timers/list.ts';
import { pauseTimer } from '../app/timers/pause.ts';
import { rescheduleTimer } from '../app/timers/reschedule.ts';
import { resumeTimer } from '../app/timers/resume.ts';
import { touchTimer } from '../app/timers/touch.ts';
import { updateTimer } from '../app/timers/update.ts';
import { waitForTimer } from '../app/timers/wait.ts';
import type { Timer } from '../domain/timer/state.ts';
import { toWireDelivery, toWireLogEntry, toWireTimer } from '../wire/timer.ts';
import { ifMatchVersion, timerTag } from './etag.ts';
import type { Handlers } from './operation.ts';
import { problemFor } from './problem.ts';

type Creation = Pick<Handlers, 'createTimer' | 'createTimers'>;
type Reading = Pick<
  Handlers,
  'listTimers' | 'getTimer' | 'getTimerLogs' | 'getTimerDeliveries' | 'getTimerGraph' | 'waitForTimer'
>;
type Changes = Pick<
  Handlers,
  | 'updateTimer'
  | 'cancelTimer'
  | 'pauseTimer'
  | 'resumeTimer'
  | 'extendTimer'
  | 'rescheduleTimer'
  | 'touchTimer'
  | 'fireTimer'
  | 'cancelLineage'
>;
type Removal = Pick<Handlers, 'deleteTimer' | 'cleanupTimers'>;

/** Handlers of the operations on timers. */
export function timerHandlers(deps: Deps): Creation & Reading & Changes & Removal {
  return { ...creation(deps), ...reading(deps), ...changes(deps), ...removal(deps) };
}

function creation(deps: Deps): Creation {
  return {
    async createTimer({ ctx, body }) {
      const { timer, created } = await createTimer(deps, ctx, body);
      const headers = { etag: timerTag(timer), location: `/v1/timers/${timer.id}` };
      return { status: created ? 201 : 200, body: withReceipt(deps, timer), headers };
    },
    async createTimers({ ctx, body }) {
      const outcomes = await createTimers(deps, ctx, body.timers);
      const results = outcomes.map((outcome) => batchResult(deps, outcome));
      const refused = outcomes.filter(({ ok }) => !ok).length;
      return { body: { created: outcomes.length - refused, refused, results } };
    },
  };
}

function reading(deps: Deps): Reading {
  return {
    async listTimers({ ctx, query }) {
      const { timers, nextCursor } = await listTimers(deps, ctx, query);
      const now = deps.clock.now();
      return {
        body: {
          data: timers.map(({ timer, permissions }) => toWireTimer(timer, now, permissions)),
          next_cursor: nextCursor,
        },
      };
    },
    async getTimer({ ctx, params }) {
      return timerAnswer(deps, ctx, await getTimer(deps, ctx, params.id));
    },
    async getTimerLogs({ ctx, params }) {
      const { log } = await getTimer(deps, ctx, params.id);
      return { body: { data: log.map(toWireLogEntry) } };
    },
    async getTimerDeliveries({ ctx, params }) {
      const timer = await getTimer(deps, ctx, params.id);
      return { body: { data: timer.deliveries.map((delivery) => toWireDelivery(timer, delivery)) } };
    },
    async getTimerGraph({ ctx, params }) {
      const { nodes, ...graph } = await getTimerGraph(deps, ctx, params.id);
      const shown = nodes.map(({ timer: { id, name, status }, depth }) => ({ id, name, status, depth }));
      return { body: { nodes: shown, ...graph } };
    },
    async waitForTimer({ ctx, params, query, request }) {
      return timerAnswer(deps, ctx, await waitForTimer(deps, ctx, params.id, query.timeout, request.signal));
    },
  };
}

function changes(deps: Deps): Changes {
  const onTimer =
    (verb: (deps: Deps, ctx: RequestContext, id: string) => Promise<Timer>) =>
    async ({ ctx, params }: { ctx: RequestContext; params: { id: string } }) =>
      timerAnswer(deps, ctx, await verb(deps, ctx, params.id));
  return {
    async updateTimer({ ctx, params, body, request }) {
      const version = ifMatchVersion(request.headers);
      return timerAnswer(deps, ctx, await updateTimer(deps, ctx, params.id, body, version));
    },
    cancelTimer: onTimer(cancelTimer),
    pauseTimer: onTimer(pauseTimer),
    resumeTimer: onTimer(resumeTimer),
    touchTimer: onTimer(touchTimer),
    fireTimer: onTimer(fireTimer),
    async cancelLineage({ ctx, params }) {
      return { body: { cancelled: await cancelLineage(deps, ctx, params.id) } };
    },
    async extendTimer({ ctx, params, body }) {
      return timerAnswer(deps, ctx, await extendTimer(deps, ctx, params.id, body));
    },
    async rescheduleTimer({ ctx, params, body }) {
      return timerAnswer(deps, ctx, await rescheduleTimer(deps, ctx, params.id, body));
    },
  };
}

function removal(deps: Deps): Removal {
  return {
    async deleteTimer({ ctx, params }) {
      const timer = await deleteTimer(deps, ctx, params.id);
      return { body: toWireTimer(timer, deps.clock.now()) };
    },
    async cleanupTimers({ ctx, body }) {
      return { body: { removed: await cleanupTimers(deps, ctx, body) } };
    },
  };
}

/** A timer with its entity tag. */
export function timerAnswer(
  { clock }: Deps,
  { guestPermissions = null }: { guestPermissions?: SharePermission[] | null },
  timer: Timer,
): { body: WireTimer; headers: Record<string, string> } {
  return { body: toWireTimer(timer, clock.now(), guestPermissions), headers: { etag: timerTag(timer) } };
}

function withReceipt({ clock, receipt }: Deps, timer: Timer): CreatedTimer {
  return { ...toWireTimer(timer, clock.now()), receipt };
}

function batchResult(deps: Deps, outcome: BatchItemOutcome): BatchResult['results'][number] {
  if (outcome.ok) return { status: outcome.created ? 201 : 200, timer: withReceipt(deps, outcome.timer) };
  const error = problemFor(outcome.error);
  return { status: error.status, error };
}
