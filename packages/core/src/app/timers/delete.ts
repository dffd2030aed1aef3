import type { TimerCommand } from '../../domain/timer/commands.ts';
import { isDelivered, isOver } from '../../domain/timer/deliveries.ts';
import { entry } from '../../domain/timer/log.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { isTerminal } from '../../domain/timer/time.ts';
import { type Transition, transition } from '../../domain/timer/transition.ts';
import type { Decision } from '../../ports/timer-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { fromRejection, MinootsError, timerNotFound } from '../errors.ts';
import { toEvent } from '../event.ts';

interface Step extends Transition {
  isRemoved: boolean;
}

/**
 * Removes a timer with its history; a pending one is cancelled by that, and jobs that no runner has taken are given up.
 * Where others wait to hear of it, it stays until they have been told.
 * @throws MinootsError invalid_state while it has something to deliver, or when its end would set actions off
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
  const isBusy = current.deliveries.some((delivery) => !isOver(delivery) && delivery.status !== 'queued');
  if (isBusy) throw refusal(current, 'has deliveries under way; delete it when they are over');
  const free = change(current, { type: 'give-up-jobs' }, now);
  const { timer, effects } = isTerminal(free.timer) ? told(free) : cancelled(free, now);
  if (!isDelivered(timer)) {
    const why =
      timer.status === 'cancelled'
        ? 'acts when it is cancelled; cancel it, and delete it when that is delivered'
        : 'acts when it fails, as it would without its jobs; delete it when these are done';
    throw refusal(current, why);
  }
  if (timer.outbox.length === 0) return { remove: true, result: { timer, effects, isRemoved: true } };
  const result = { timer, effects, isRemoved: false };
  return timer === current ? { result } : { save: timer, result };
}

function refusal({ id }: Timer, why: string): MinootsError {
  return new MinootsError('invalid_state', `Timer ${id} ${why}`);
}

function told({ timer, effects }: Transition): Transition {
  if (timer.outbox.length === 0) return { timer, effects };
  const others = effects.filter(({ type }) => type !== 'tell-others');
  return { timer, effects: [...others, { type: 'tell-others', items: timer.outbox }] };
}

function cancelled(free: Transition, now: number): Transition {
  const { timer, effects } = change(free.timer, { type: 'cancel' }, now);
  return { timer, effects: [...free.effects, ...effects] };
}

function change(timer: Timer, command: TimerCommand, now: number): Transition {
  const result = transition(timer, command, now);
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
