import type { JsonObject } from '@minoots/contract';
import type { TimerCommand } from '../domain/timer/commands.ts';
import type { Timer } from '../domain/timer/state.ts';
import { type Transition, transition } from '../domain/timer/transition.ts';
import type { Limit } from '../ports/quota-ledger.ts';
import type { Decision, TimerKey } from '../ports/timer-store.ts';
import { toWireTimer } from '../wire/timer.ts';
import type { Deps } from './deps.ts';
import { performEffects } from './effects.ts';
import { fromRejection, timerNotFound } from './errors.ts';

export interface ApplyOptions {
  /** Remembered on the timer, so that the same command again changes nothing. */
  commandId?: string | undefined;
  /** Looks at the timer before the command; throws to refuse. */
  check?: (timer: Timer) => void;
  /** Holds for what the timer counts against by the command. */
  limits?: readonly Limit[];
}

/** Changes one timer by a command: load, decide, save, and after the commit do what follows. */
export async function applyCommand(
  deps: Deps,
  key: TimerKey,
  given: TimerCommand | ((timer: Timer) => TimerCommand),
  options: ApplyOptions = {},
): Promise<Timer> {
  const now = deps.clock.now();
  const { limits = [] } = options;
  const { timer, effects } = await deps.timers.update(key, (current): Decision<Transition> => {
    if (current === null) throw timerNotFound(key.timerId);
    options.check?.(current);
    const command = typeof given === 'function' ? given(current) : given;
    const result = transition(current, command, now, options.commandId);
    if (!result.ok) throw fromRejection(result, { timer: asJson(toWireTimer(current, now)) });
    return result.value.timer === current
      ? { result: result.value }
      : { save: result.value.timer, limits, result: result.value };
  });
  await performEffects(deps, timer, effects);
  return timer;
}

function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
