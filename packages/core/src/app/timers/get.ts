import type { Timer } from '../../domain/timer/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { timerNotFound } from '../errors.ts';

/** Reads a timer. Another team's timer is not found. */
export async function getTimer(deps: Deps, { principal }: RequestContext, id: string): Promise<Timer> {
  const timer = await deps.timers.get({ teamId: principal.teamId, timerId: id });
  if (timer === null) throw timerNotFound(id);
  return timer;
}
