import type { RescheduleTimerRequest } from '@minoots/contract';
import type { Timer } from '../../domain/timer/state.ts';
import { parseWhen } from '../../domain/when.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fromRejection } from '../errors.ts';

/** Sets a new time to fire. */
export async function rescheduleTimer(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  input: RescheduleTimerRequest,
): Promise<Timer> {
  const when = parseWhen(input, deps.clock.now());
  if (!when.ok) throw fromRejection(when);
  const key = { teamId: ctx.principal.teamId, timerId: id };
  return applyCommand(deps, key, { type: 'reschedule', when: when.value }, { commandId: ctx.commandId });
}
