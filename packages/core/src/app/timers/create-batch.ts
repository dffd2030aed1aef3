import { CreateTimerRequest } from '@minoots/contract';
import type { Timer } from '../../domain/timer/state.ts';
import { bodyPointer, fieldErrors } from '../../wire/field-errors.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { MAX_BODY_BYTES } from '../limits.ts';
import { buildTimer } from './build.ts';
import { type CreateOutcome, finishInsert } from './create.ts';

export type BatchItemOutcome = ({ ok: true } & CreateOutcome) | { ok: false; error: MinootsError };

/** Creates many timers with one commit. Each item is judged by itself; outcomes come in the order of the items. */
export async function createTimers(
  deps: Deps,
  ctx: RequestContext,
  items: readonly unknown[],
): Promise<BatchItemOutcome[]> {
  const built = await Promise.all(items.map((item, index) => attempt(() => build(deps, ctx, item, index))));
  const timers = built.flatMap((item) => (item.ok ? [item.value] : []));
  const inserted = await deps.timers.insert(timers);
  let next = 0;
  return Promise.all(
    built.map(async (item): Promise<BatchItemOutcome> => {
      if (!item.ok) return item;
      const outcome = inserted[next++];
      if (outcome === undefined) throw new Error('the store gave no outcome for an insert');
      const finished = await attempt(() => finishInsert(deps, item.value, outcome));
      return finished.ok ? { ok: true, ...finished.value } : finished;
    }),
  );
}

async function build(deps: Deps, ctx: RequestContext, item: unknown, index: number): Promise<Timer> {
  if (Buffer.byteLength(JSON.stringify(item)) > MAX_BODY_BYTES) {
    throw new MinootsError('payload_too_large', `Item ${index} must be at most ${MAX_BODY_BYTES} bytes`);
  }
  const parsed = CreateTimerRequest.safeParse(item);
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error, bodyPointer);
    throw new MinootsError('invalid_request', `Item ${index} is not a timer`, { errors });
  }
  return buildTimer(
    deps,
    ctx,
    parsed.data,
    ctx.commandId === undefined ? undefined : `${ctx.commandId}.${index}`,
  );
}

async function attempt<T>(
  work: () => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; error: MinootsError }> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof MinootsError) return { ok: false, error };
    throw error;
  }
}
