import type { TimerEvents } from '@minoots/contract';
import { type ActionReaders, parseActions } from './action-parse.ts';
import { ok, type Result, reject } from './rejection.ts';
import type { EventActions } from './timer/state.ts';

/**
 * Reads what a request wants done at the events of a timer.
 * @param pointer where the events stand in the request, such as `/events`
 * @returns the actions, or the rejection of the first field at fault
 */
export function parseEvents(
  readers: ActionReaders,
  events: TimerEvents | undefined,
  pointer: string,
): Result<EventActions> {
  const expire = parseActions(readers, events?.on_expire, `${pointer}/on_expire`);
  if (!expire.ok) return expire;
  const cancel = parseActions(readers, events?.on_cancel, `${pointer}/on_cancel`);
  if (!cancel.ok) return cancel;
  const failure = parseActions(readers, events?.on_failure, `${pointer}/on_failure`);
  if (!failure.ok) return failure;
  const progress = parseProgress(readers, events?.on_progress, `${pointer}/on_progress`);
  if (!progress.ok) return progress;
  return ok({
    expire: expire.value,
    cancel: cancel.value,
    failure: failure.value,
    progress: progress.value,
  });
}

function parseProgress(
  readers: ActionReaders,
  input: TimerEvents['on_progress'],
  pointer: string,
): Result<EventActions['progress']> {
  if (input === undefined) return ok(null);
  const { at, ...set } = input;
  const actions = parseActions(readers, set, pointer);
  if (!actions.ok) return actions;
  if (actions.value.length === 0) return reject('invalid_request', 'name at least one action', pointer);
  const shares = at.map((text) => Number.parseFloat(text) / 100).sort((a, b) => a - b);
  return ok({ shares: [...new Set(shares)], actions: actions.value });
}
