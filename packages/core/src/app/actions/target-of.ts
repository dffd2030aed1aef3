import type { PerformedKind } from '../../actions/action-kind.ts';
import { ACTION_KINDS } from '../../actions/registry.ts';
import { type Action, type ActionByType, isForRunner, type ServiceActionType } from '../../domain/action.ts';

type PerformedKinds = { readonly [T in ServiceActionType]: PerformedKind<T> };

/** The URL that an action calls, so far as it stands in the action itself; null where it calls none. */
export function targetOf(action: Action): string | null {
  return isForRunner(action) ? null : targetAs(action.type, action);
}

function targetAs<T extends ServiceActionType>(type: T, action: ActionByType[T]): string | null {
  const kinds: PerformedKinds = ACTION_KINDS;
  return kinds[type].target?.(action) ?? null;
}
