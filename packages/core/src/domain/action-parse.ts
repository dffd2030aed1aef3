import type { ActionSet, ActionType } from '@minoots/contract';
import type { Action, ActionByType, ActionFields } from './action.ts';
import { ok, type Result, reject } from './rejection.ts';

/** Where a field of an action stands in its request. */
export type FieldPlace = (field: string) => string;

/** Reads actions of one type from requests. */
export interface ActionReader<T extends ActionType> {
  /** What a short form means in long form; null when it means nothing. Absent where there is no short form. */
  expand?(text: string): ActionFields[T] | null;
  read(fields: ActionFields[T], at: FieldPlace): Result<ActionByType[T]>;
}

/** How the actions of every type are read; the order is that of the actions that a set names by type. */
export type ActionReaders = { readonly [T in ActionType]: ActionReader<T> };

const MAX_ACTIONS = 10;

/**
 * Reads what a request wants done at an event into actions: those named by type, then the list.
 * @param pointer where the set stands in the request, such as `/events/on_expire`
 * @returns at most 10 actions, or the rejection of the first field at fault
 */
export function parseActions(
  readers: ActionReaders,
  set: ActionSet | undefined,
  pointer: string,
): Result<Action[]> {
  if (set === undefined) return ok([]);
  const named = namedTypes(readers, set);
  const listed = set.actions ?? [];
  if (named.length + listed.length > MAX_ACTIONS) {
    return reject('invalid_request', `at most ${MAX_ACTIONS} actions in all`, `${pointer}/actions`);
  }
  const actions: Action[] = [];
  for (const type of named) {
    const action = readNamed(readers, type, set[type], `${pointer}/${type}`);
    if (!action.ok) return action;
    actions.push(action.value);
  }
  for (const [index, request] of listed.entries()) {
    const at = (field: string) => `${pointer}/actions/${index}/${field}`;
    const action = readLong(readers, request.type, request, at);
    if (!action.ok) return action;
    actions.push(action.value);
  }
  return ok(actions);
}

function namedTypes(readers: ActionReaders, set: ActionSet): ActionType[] {
  const isType = (key: string): key is ActionType => Object.hasOwn(readers, key);
  return Object.keys(readers)
    .filter(isType)
    .filter((type) => set[type] !== undefined);
}

function readNamed(
  readers: ActionReaders,
  type: ActionType,
  value: ActionSet[ActionType],
  pointer: string,
): Result<Action> {
  const fields = typeof value === 'string' ? (readers[type].expand?.(value) ?? undefined) : value;
  if (fields === undefined) {
    return reject('invalid_request', 'is not a short form of such an action', pointer);
  }
  return readLong(readers, type, fields, (field) =>
    typeof value === 'string' ? pointer : `${pointer}/${field}`,
  );
}

function readLong<T extends ActionType>(
  readers: ActionReaders,
  type: T,
  fields: ActionFields[T],
  at: FieldPlace,
): Result<ActionByType[T]> {
  return readers[type].read(fields, at);
}
