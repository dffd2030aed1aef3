import { CreateTimerRequest } from '@minoots/contract';
import { expectDependents } from '../../domain/timer/commands/keep-track.ts';
import { outcomeOf } from '../../domain/timer/outbox.ts';
import { bodyPointer, fieldErrors } from '../../wire/field-errors.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { MAX_BODY_BYTES } from '../limits.ts';
import { findCycles } from './batch-cycles.ts';
import { dependencyCycle, type FindParent } from './dependencies.ts';
import { type Draft, draftTimer, storedParents } from './draft.ts';

export type Attempt<T> = { ok: true; value: T } | { ok: false; error: MinootsError };

/** What the items of a batch come to, each judged by itself, in their order. They may depend on one another in any order. */
export async function draftBatch(
  deps: Deps,
  ctx: RequestContext,
  items: readonly unknown[],
): Promise<Attempt<Draft>[]> {
  const requests = items.map(readItem);
  const numbers = numbersById(requests);
  const parents = requests.map((request) => siblingsOf(request, numbers));
  const cyclic = findCycles(parents);
  const stored = storedParents(deps, ctx.principal.teamId);
  const drafts = new Map<number, Promise<Attempt<Draft>>>();
  const draftOf = (number: number): Promise<Attempt<Draft>> => {
    const draft = drafts.get(number) ?? attempt(() => draftItem(number));
    drafts.set(number, draft);
    return draft;
  };
  const findParent: FindParent = async (id) => {
    const number = numbers.get(id);
    if (number === undefined) return stored(id);
    const sibling = await draftOf(number);
    return sibling.ok ? outcomeOf(sibling.value.timer) : undefined;
  };
  const draftItem = async (number: number): Promise<Draft> => {
    const request = requests[number];
    if (!request?.ok) throw request?.error ?? new Error(`the batch has no item ${number}`);
    if (cyclic.has(number)) throw dependencyCycle('/depends_on', 'leads in a circle through the batch');
    const commandId = ctx.commandId === undefined ? undefined : `${ctx.commandId}.${number}`;
    return draftTimer(deps, ctx, request.value, commandId, findParent);
  };
  const all = await Promise.all(items.map((_, number) => draftOf(number)));
  const awaited = new Set(parents.flat());
  return all.map((draft, number) => (awaited.has(number) ? withDependents(draft) : draft));
}

/** What the work gives, or the error that refuses it. Any other error is thrown. */
export async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof MinootsError) return { ok: false, error };
    throw error;
  }
}

function readItem(item: unknown, number: number): Attempt<CreateTimerRequest> {
  if (Buffer.byteLength(JSON.stringify(item)) > MAX_BODY_BYTES) {
    const detail = `Item ${number} must be at most ${MAX_BODY_BYTES} bytes`;
    return { ok: false, error: new MinootsError('payload_too_large', detail) };
  }
  const { success, data, error } = CreateTimerRequest.safeParse(item);
  if (success) return { ok: true, value: data };
  const errors = fieldErrors(error, bodyPointer);
  return {
    ok: false,
    error: new MinootsError('invalid_request', `Item ${number} is not a timer`, { errors }),
  };
}

/** The first item of each id that a client chose. */
function numbersById(requests: readonly Attempt<CreateTimerRequest>[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [number, request] of requests.entries()) {
    const id = request.ok ? request.value.id : undefined;
    if (id !== undefined && !numbers.has(id)) numbers.set(id, number);
  }
  return numbers;
}

function siblingsOf(request: Attempt<CreateTimerRequest>, numbers: ReadonlyMap<string, number>): number[] {
  const ids = request.ok ? [request.value.depends_on ?? []].flat() : [];
  return [...new Set(ids)].flatMap((id) => numbers.get(id) ?? []);
}

/** A sibling waits for it, so that it tells what becomes of it from the start. */
function withDependents(draft: Attempt<Draft>): Attempt<Draft> {
  if (!draft.ok || draft.value.isStored) return draft;
  return { ok: true, value: { ...draft.value, timer: expectDependents(draft.value.timer).timer } };
}
