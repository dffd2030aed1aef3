import { OPERATIONS, type Operation, type OperationId, type Scope, TimerId } from '@minoots/contract';
import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { asGuest } from '../app/access/guest.ts';
import type { RequestContext } from '../app/deps.ts';
import { MinootsError } from '../app/errors.ts';
import type { Authenticator } from '../ports/authenticator.ts';
import type { DeletedTeams } from '../ports/deleted-teams.ts';
import type { ShareStore } from '../ports/share-store.ts';
import { identify, mayStill, requireScope } from './credentials.ts';
import {
  commandIdOf,
  type IdempotencyDeps,
  idempotencyKey,
  once,
  requestFingerprint,
} from './idempotency.ts';
import type { Call, Handlers } from './operation.ts';
import { isUnexpected } from './problem.ts';
import { countingGuesses, countNewcomer, type MeterDeps, metered } from './rate-limits.ts';
import { problemReply, type Reply, toReply, toResponse } from './reply.ts';
import { requestIdOf } from './request-id.ts';
import { type RequestParts, readParts } from './request-parts.ts';

const TimerParams = z.object({ id: TimerId });

export interface MountDeps extends IdempotencyDeps, MeterDeps {
  authenticator: Authenticator;
  /** What other teams share with the one that asks. */
  shares: ShareStore;
  deletedTeams: DeletedTeams;
}

/** The path of an operation in the form that the router reads. */
export function routePath({ path }: Pick<Operation, 'path'>): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/**
 * Routes one operation to its handler. Every request goes the same way: request id, credentials and scope, path and
 * query, size of the body, JSON, schema, idempotency, handler, answer.
 */
export function mountOperation(app: Hono, deps: MountDeps, handlers: Handlers, id: OperationId): void {
  const operation: Operation = OPERATIONS[id];
  const run = withGuests(deps, operation, runner(handlers, id));
  app.on(operation.method, routePath(operation), async (c) => {
    const requestId = requestIdOf(c.req.raw.headers);
    const fail = (error: unknown): Reply => {
      if (isUnexpected(error))
        deps.logger.error({ err: error, requestId, operation: id }, 'a request failed');
      return problemReply(error, requestId);
    };
    try {
      return toResponse(await serve(deps, operation, c, run, fail), requestId);
    } catch (error) {
      return toResponse(fail(error), requestId);
    }
  });
}

type StillMay = () => Promise<boolean>;
type Run = (
  parts: RequestParts,
  ctx: RequestContext | undefined,
  request: Request,
  stillMay: StillMay,
) => Promise<Reply>;

function runner<K extends OperationId>(handlers: Handlers, id: K): Run {
  const operation: Operation = OPERATIONS[id];
  return async (parts, ctx, request, stillMay) => {
    // The parts were read by the very schemas that `Call` is derived from; the compiler cannot follow them here.
    const call = { ...parts, ctx, request, stillMay } as Call<K>;
    return toReply(operation, await handlers[id](call));
  };
}

/** Carries out an operation that guests may do once more, as a guest, when the team has no such timer of its own. */
function withGuests(deps: MountDeps, operation: Operation, run: Run): Run {
  if (operation.guest === undefined) return run;
  return async (parts, ctx, request, stillMay) => {
    try {
      return await run(parts, ctx, request, stillMay);
    } catch (error) {
      const isMissing = error instanceof MinootsError && error.code === 'not_found';
      if (!isMissing || ctx === undefined) throw error;
      const guest = await asGuest(deps, ctx, operation, TimerParams.parse(parts.params).id);
      if (guest === null) throw error;
      return run(parts, guest, request, stillMay);
    }
  };
}

async function serve(
  deps: MountDeps,
  operation: Operation,
  c: Context,
  run: Run,
  fail: (error: unknown) => Reply,
): Promise<Reply> {
  const request = c.req.raw;
  const { scope } = operation;
  if (scope === null) {
    const parts = await readParts(operation, c.req);
    return countingGuesses(deps, c, () => run(parts, undefined, request, async () => true));
  }
  const principal = await countingGuesses(deps, c, () =>
    identify(request.headers, scope, deps.authenticator, () => countNewcomer(deps, c)),
  );
  return metered(deps, principal, fail, async () => {
    requireScope(principal, scope);
    return serveCaller(deps, operation, c, { principal }, { run, fail, scope });
  });
}

/** What is left to do once it is clear who asks, and that they may. */
async function serveCaller(
  deps: MountDeps,
  operation: Operation,
  c: Context,
  ctx: RequestContext,
  { run, fail, scope }: { run: Run; fail: (error: unknown) => Reply; scope: Scope | 'any' },
): Promise<Reply> {
  const request = c.req.raw;
  const stillMay = () => mayStill(request.headers, scope, deps.authenticator, ctx.principal.teamId);
  const key = operation.method === 'POST' ? idempotencyKey(request.headers) : null;
  const parts = await readParts(operation, c.req);
  if (key === null) return run(parts, ctx, request, stillMay);
  const { type, id } = ctx.principal;
  // Of two people in a team neither is given what the other was answered.
  const who = type === 'user' ? `${id}\n` : '';
  const fingerprint = requestFingerprint(operation.method, c.req.path, who + parts.text);
  const { shownOnce = [] } = operation;
  return once(deps, { key, fingerprint, ctx, shownOnce }, () =>
    run(parts, { ...ctx, commandId: commandIdOf(key) }, request, stillMay).catch(fail),
  );
}
