import type { Timer } from '../../domain/timer/state.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Fires a timer at once. Its actions are handed off by the alarm that this arms, so the answer does not wait for them. */
export function fireTimer(deps: Deps, { principal, commandId }: RequestContext, id: string): Promise<Timer> {
  return applyCommand(deps, { teamId: principal.teamId, timerId: id }, { type: 'fire-now' }, { commandId });
}
