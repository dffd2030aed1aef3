import type { Timer } from '../../domain/timer/state.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';

/** Continues a paused timer with the time that remained. */
export function resumeTimer(
  deps: Deps,
  { principal, commandId }: RequestContext,
  id: string,
): Promise<Timer> {
  return applyCommand(deps, { teamId: principal.teamId, timerId: id }, { type: 'resume' }, { commandId });
}
