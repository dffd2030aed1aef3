import type { ExtendTimerRequest } from '@minoots/contract';
import { parseDuration } from '../../domain/duration.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fromRejection } from '../errors.ts';

/** Adds a span to the remaining time. */
export async function extendTimer(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  input: ExtendTimerRequest,
): Promise<Timer> {
  const by = parseDuration(input.by, '/by');
  if (!by.ok) throw fromRejection(by);
  const key = { teamId: ctx.principal.teamId, timerId: id };
  return applyCommand(deps, key, { type: 'extend', byMs: by.value }, { commandId: ctx.commandId });
}
