import type { AttemptReport } from '../../actions/performer.ts';
import type { Effect } from '../../domain/timer/commands.ts';
import type { Delivery, Timer } from '../../domain/timer/state.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps } from '../deps.ts';

/** Carries out a claimed attempt and records how it went. Rejects only when the outcome could not be recorded. */
export async function attemptDelivery(
  deps: Deps,
  timer: Timer,
  { deliveryNumber, attempt }: Extract<Effect, { type: 'deliver' }>,
): Promise<void> {
  const delivery = timer.deliveries.find(({ number }) => number === deliveryNumber);
  if (delivery === undefined)
    throw new Error(`timer ${timer.id} claimed delivery ${deliveryNumber}, which it lacks`);
  const { retryAfterMs, ...report } = await perform(deps, timer, delivery, attempt);
  await applyCommand(
    deps,
    { teamId: timer.teamId, timerId: timer.id },
    {
      type: 'record-outcome',
      deliveryNumber,
      attempt: { number: attempt, ...report },
      retryAfterMs,
      jitter: deps.random.jitter(),
    },
  );
}

async function perform(
  deps: Deps,
  timer: Timer,
  delivery: Delivery,
  attempt: number,
): Promise<AttemptReport> {
  const startedAt = deps.clock.now();
  const context = { timer, delivery, attempt };
  try {
    const { action } = delivery;
    switch (action.type) {
      case 'webhook':
        return await deps.performers.webhook.perform(action, context);
      case 'message':
        return await deps.performers.message.perform(action, context);
      default:
        return action satisfies never;
    }
  } catch (error) {
    deps.logger.error(
      { err: error, timerId: timer.id, delivery: delivery.number },
      'an action performer broke',
    );
    return {
      at: startedAt,
      durationMs: deps.clock.now() - startedAt,
      outcome: 'failed',
      responseStatus: null,
      responseBody: null,
      error: 'the service failed to carry out the action',
      retryAfterMs: null,
    };
  }
}
