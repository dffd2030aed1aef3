import { PortableTimer } from '@minoots/contract';
import { openParents } from '../../domain/timer/commands/settle-parent.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { findCycles } from '../timers/batch-cycles.ts';
import { type Attempt, attempt } from '../timers/batch-drafts.ts';
import { dependencyCycle } from '../timers/dependencies.ts';
import { expectDependents } from '../timers/expect-dependents.ts';
import { type Item, readItem } from './read-item.ts';
import { restoreTimer } from './restore.ts';

/** The timers that the items of an import were, each judged by itself. What they wait for is among them or stored. */
export async function draftImports(
  deps: Deps,
  ctx: RequestContext,
  items: readonly Item[],
): Promise<Attempt<Timer>[]> {
  const restored = await Promise.all(
    items.map(({ item, number }) =>
      attempt(async () => restoreTimer(deps, ctx, readItem(PortableTimer, item, number))),
    ),
  );
  const numbers = numbersById(restored);
  const cyclic = findCycles(restored.map((item) => awaitedBy(item).flatMap((id) => numbers.get(id) ?? [])));
  const isStored = storedParents(deps, ctx.principal.teamId);
  const judged = new Map<number, Promise<Attempt<Timer>>>();
  const judge = (number: number): Promise<Attempt<Timer>> => {
    const known = judged.get(number) ?? attempt(() => judgeItem(number));
    judged.set(number, known);
    return known;
  };
  const isKnown = async (id: string): Promise<boolean> => {
    const sibling = numbers.get(id);
    return (sibling !== undefined && (await judge(sibling)).ok) || isStored(id);
  };
  const judgeItem = async (number: number): Promise<Timer> => {
    const item = restored[number];
    if (!item?.ok) throw item?.error ?? new Error(`the import has no item ${number}`);
    if (cyclic.has(number)) throw dependencyCycle('/depends_on', 'leads in a circle');
    for (const id of awaitedBy(item)) if (!(await isKnown(id))) throw unknownParent(item.value, id);
    return item.value;
  };
  return Promise.all(items.map((_, number) => judge(number)));
}

function numbersById(restored: readonly Attempt<Timer>[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [number, item] of restored.entries()) {
    if (item.ok && !numbers.has(item.value.id)) numbers.set(item.value.id, number);
  }
  return numbers;
}

function awaitedBy(item: Attempt<Timer>): string[] {
  if (!item.ok || item.value.status !== 'waiting' || item.value.dependencies === null) return [];
  return openParents(item.value.dependencies);
}

/** Whether a timer is stored, each looked at once. It is readied to tell what becomes of it. */
function storedParents(deps: Deps, teamId: string): (timerId: string) => Promise<boolean> {
  const found = new Map<string, Promise<boolean>>();
  return (timerId) => {
    const known =
      found.get(timerId) ?? expectDependents(deps, { teamId, timerId }).then((seen) => seen !== null);
    found.set(timerId, known);
    return known;
  };
}

function unknownParent({ dependencies }: Timer, id: string): MinootsError {
  const pointer = `/depends_on/${dependencies?.parents.findIndex((parent) => parent.id === id)}`;
  const message = `there is no timer ${id} to wait for`;
  return new MinootsError('unknown_parent', `${pointer} ${message}`, { errors: [{ pointer, message }] });
}
