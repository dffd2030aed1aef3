import type { Timer } from '../../domain/timer/state.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Ends a timer that has not fired. */
export function cancelTimer(
  deps: Deps,
  { principal, commandId }: RequestContext,
  id: string,
): Promise<Timer> {
  return applyCommand(deps, { teamId: principal.teamId, timerId: id }, { type: 'cancel' }, { commandId });
}
