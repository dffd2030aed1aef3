import type { Timer } from '../../domain/timer/state.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Starts the clock of a timer again with its original span. */
export function touchTimer(deps: Deps, { principal, commandId }: RequestContext, id: string): Promise<Timer> {
  return applyCommand(deps, { teamId: principal.teamId, timerId: id }, { type: 'touch' }, { commandId });
}
