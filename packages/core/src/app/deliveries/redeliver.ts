import type { Timer } from '../../domain/timer/state.ts';
import { parseDeliveryId } from '../../wire/delivery-id.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { deliveryNotFound } from '../errors.ts';

/** Re-opens one finished or exhausted delivery with a fresh attempt count. */
export async function redeliver(
  deps: Deps,
  { principal, commandId }: RequestContext,
  deliveryId: string,
): Promise<Timer> {
  const parsed = parseDeliveryId(deliveryId);
  if (parsed === null) throw deliveryNotFound(deliveryId);
  const key = { teamId: principal.teamId, timerId: parsed.timerId };
  return applyCommand(
    deps,
    key,
    { type: 'redeliver', deliveryNumber: parsed.number },
    {
      commandId,
      check: (timer) => {
        if (timer.createdAt !== parsed.createdAt) throw deliveryNotFound(deliveryId);
      },
    },
  );
}
