import type { Timer } from '../../domain/timer/state.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Freezes the remaining time of a running timer. */
export function pauseTimer(deps: Deps, { principal, commandId }: RequestContext, id: string): Promise<Timer> {
  return applyCommand(deps, { teamId: principal.teamId, timerId: id }, { type: 'pause' }, { commandId });
}
