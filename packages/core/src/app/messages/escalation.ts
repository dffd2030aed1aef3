import { timerName } from '../../actions/timer.ts';
import type { Action } from '../../domain/action.ts';
import type { Message } from '../../domain/message/state.ts';
import { createTimer } from '../../domain/timer/create.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { type Transition, transition } from '../../domain/timer/transition.ts';
import type { Decision, TimerKey } from '../../ports/timer-store.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { timerIdFor } from '../ids.ts';
import { defaultRetry } from '../plans/retry.ts';
import { effectsOfCreation } from '../timers/creation-effects.ts';
import { insertTimer, noRoomError } from '../timers/insert.ts';
import { armAgain } from '../timers/spawn.ts';

/** What an escalation is called. @param of what was to be acknowledged */
export function escalationName(of: string): string {
  return timerName(`Unacknowledged: ${of}`);
}

/** Until when a message is to be acknowledged, by the timer that waits for that, in epoch ms. */
export function ackByOf(escalation: Pick<Timer, 'createdAt'>, withinMs: number): number {
  return escalation.createdAt + withinMs;
}

/**
 * Makes the timer that waits for the acknowledgement of a client's message; a repeat of the request finds it.
 * @throws MinootsError `plan_limit_reached`; nothing changed
 */
export async function makeEscalation(
  deps: Deps,
  message: Pick<Message, 'id' | 'teamId' | 'toAgent' | 'text' | 'data'>,
  createdBy: string,
  withinMs: number,
  actions: Action[],
): Promise<Timer> {
  const { id, teamId, toAgent, text, data } = message;
  const timer = createTimer(
    {
      id: timerIdFor(teamId, `escalates ${id}`),
      teamId,
      createdBy,
      name: escalationName(text),
      agentId: toAgent,
      labels: {},
      metadata: data,
      when: { type: 'span', ms: withinMs },
      events: { expire: actions, cancel: [], failure: [], progress: null },
      retry: defaultRetry((await deps.plans.of(teamId)).id),
      dependencies: null,
      conditions: null,
      lineage: null,
      scheduleId: null,
      escalates: id,
      fingerprint: null,
    },
    deps.clock.now(),
  );
  const { timer: counted, outcome } = await insertTimer(deps, timer);
  if ('overLimit' in outcome) throw noRoomError(timer, outcome.overLimit);
  if (!outcome.inserted) {
    await armAgain(deps, outcome.existing);
    return outcome.existing;
  }
  await performEffects(deps, counted, effectsOfCreation(counted));
  return counted;
}

/**
 * Ends the wait for an acknowledgement; a repeat changes nothing. A timer that is gone, or was cancelled by somebody, waits no
 * more.
 * @returns whether it had fired already
 */
export async function endEscalation(deps: Deps, key: TimerKey): Promise<boolean> {
  const now = deps.clock.now();
  const ended = await deps.timers.update(key, (timer): Decision<Transition | boolean> => {
    if (timer === null) return { result: false };
    const result = transition(timer, { type: 'cancel' }, now);
    if (!result.ok) return { result: result.code === 'timer_already_fired' };
    return result.value.timer === timer
      ? { result: result.value }
      : { save: result.value.timer, result: result.value };
  });
  if (typeof ended === 'boolean') return ended;
  await performEffects(deps, ended.timer, ended.effects);
  return false;
}
