import type { Effect } from '../../domain/timer/commands.ts';
import { isDelivered } from '../../domain/timer/deliveries.ts';
import { entry } from '../../domain/timer/log.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { isTerminal } from '../../domain/timer/time.ts';
import { transition } from '../../domain/timer/transition.ts';
import type { Decision } from '../../ports/timer-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { fromRejection, MinootsError, timerNotFound } from '../errors.ts';
import { toEvent } from '../event.ts';

interface Step {
  timer: Timer;
  effects: Effect[];
  isRemoved: boolean;
}

/**
 * Removes a timer with its history; a pending one is cancelled by that. Where others wait to hear of it, it stays until
 * they have been told.
 * @throws MinootsError invalid_state while it has something to deliver, or when its cancellation would set actions off
 */
export async function deleteTimer(deps: Deps, { principal }: RequestContext, id: string): Promise<Timer> {
  const key = { teamId: principal.teamId, timerId: id };
  for (;;) {
    const now = deps.clock.now();
    const step = await deps.timers.update(key, (current) => {
      if (current === null) throw timerNotFound(id);
      return decide(current, now);
    });
    if (step.isRemoved) return finish(deps, step, now);
    await performEffects(deps, step.timer, step.effects);
  }
}

function decide(current: Timer, now: number): Decision<Step> {
  if (!isDelivered(current)) throw refusal(current, 'has deliveries under way; delete it when they are over');
  const { timer, effects } = isTerminal(current) ? told(current) : cancelled(current, now);
  if (!isDelivered(timer))
    throw refusal(current, 'acts when it is cancelled; cancel it, and delete it when that is delivered');
  if (timer.outbox.length === 0) return { remove: true, result: { timer, effects, isRemoved: true } };
  const result = { timer, effects, isRemoved: false };
  return timer === current ? { result } : { save: timer, result };
}

function refusal({ id }: Timer, why: string): MinootsError {
  return new MinootsError('invalid_state', `Timer ${id} ${why}`);
}

function told(timer: Timer): Omit<Step, 'isRemoved'> {
  return {
    timer,
    effects: timer.outbox.length === 0 ? [] : [{ type: 'tell-others', items: timer.outbox }],
  };
}

function cancelled(timer: Timer, now: number): Omit<Step, 'isRemoved'> {
  const result = transition(timer, { type: 'cancel' }, now);
  if (!result.ok) throw fromRejection(result);
  return result.value;
}

async function finish(deps: Deps, { timer, effects }: Step, now: number): Promise<Timer> {
  const entries = effects.flatMap((effect) => (effect.type === 'notify' ? [effect.entry] : []));
  await performEffects(
    deps,
    timer,
    effects.filter(({ type }) => type !== 'notify'),
  );
  const deleted = entry(now, 'timer.deleted', 'Deleted by request');
  // The history went with the timer, so the feed is the only place left for these.
  await deps.events.publish([...entries, deleted].map((happened) => toEvent(timer, happened, false)));
  return timer;
}
