import type { CreateTimerRequest, FieldError } from '@minoots/contract';
import type { Dependencies, ParentOutcome } from '../../domain/timer/state.ts';
import { MinootsError } from '../errors.ts';

/** Tells what a timer has done so far that others may wait for; undefined when there is no such timer. */
export type FindParent = (id: string) => Promise<ParentOutcome | null | undefined>;

type Given = Pick<CreateTimerRequest, 'depends_on' | 'depends_on_when' | 'on_dependency_failure'>;

/**
 * What the timer `id` has to wait for, as far as it is known before it is stored; null when it waits for nothing.
 * @throws MinootsError `unknown_parent`, `dependency_cycle` when it would wait for itself, `invalid_request`
 */
export async function readDependencies(
  request: Given,
  id: string,
  findParent: FindParent,
  now: number,
): Promise<Dependencies | null> {
  const { depends_on: given, depends_on_when: when, on_dependency_failure: onFailure } = request;
  if (given === undefined) {
    refuseUnused({ depends_on_when: when, on_dependency_failure: onFailure });
    return null;
  }
  const ids = [...new Set([given].flat())];
  if (ids.length === 0) return null;
  if (ids.includes(id)) throw dependencyCycle(pointerTo(given, id), 'is the timer itself');
  const found = await Promise.all(
    ids.map(async (parentId) => ({ id: parentId, outcome: await findParent(parentId) })),
  );
  const parents = found.flatMap(({ outcome, ...parent }) =>
    outcome === undefined ? [] : [{ ...parent, outcome }],
  );
  if (parents.length < ids.length) {
    throw unknownParents(
      given,
      found.filter(({ outcome }) => outcome === undefined),
    );
  }
  return { parents, when: when ?? 'fired', onFailure: onFailure ?? 'cancel', uncheckedSince: now };
}

/** The refusal of a timer that would wait for itself, be it by way of others. */
export function dependencyCycle(pointer: string, message: string): MinootsError {
  return new MinootsError('dependency_cycle', `${pointer} ${message}`, { errors: [{ pointer, message }] });
}

function unknownParents(given: string | string[], unknown: readonly { id: string }[]): MinootsError {
  const errors = unknown.map(
    ({ id }): FieldError => ({
      pointer: pointerTo(given, id),
      message: `there is no timer ${id} to wait for`,
    }),
  );
  const detail = `There is no timer ${unknown.map(({ id }) => id).join(', ')} to wait for`;
  return new MinootsError('unknown_parent', detail, { errors });
}

function pointerTo(given: string | string[], id: string): string {
  return typeof given === 'string' ? '/depends_on' : `/depends_on/${given.indexOf(id)}`;
}

function refuseUnused(fields: Record<string, unknown>): void {
  const errors = Object.keys(fields)
    .filter((name) => fields[name] !== undefined)
    .map((name) => ({ pointer: `/${name}`, message: 'goes with depends_on' }));
  const [first] = errors;
  if (first === undefined) return;
  throw new MinootsError('invalid_request', `${first.pointer} ${first.message}`, { errors });
}
