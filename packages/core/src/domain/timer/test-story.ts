import type { Effect, TimerCommand } from './commands.ts';
import type { NewTimer } from './create.ts';
import type { Attempt, LogEntry, Timer } from './state.ts';
import { attemptOf, BIRTH, timerOf } from './test-timer.ts';
import { transition } from './transition.ts';

/** What a timer has gone through. `told` are its own log entries of the last command. */
export interface Story {
  timer: Timer;
  /** Effects of the last command. */
  effects: Effect[];
  told: LogEntry['type'][];
  /** Gives the timer a command `afterMs` after its birth; throws when it is refused. */
  when(command: TimerCommand, afterMs: number): Story;
  /** An alarm of the present generation goes off. */
  wake(afterMs: number, extra?: Partial<Extract<TimerCommand, { type: 'wake' }>>): Story;
  /** The attempt under way ends. */
  report(
    outcome: Attempt['outcome'],
    afterMs: number,
    extra?: { delivery?: number; retryAfterMs?: number | null },
  ): Story;
}

/** A timer made at `BIRTH`, ready for commands. */
export function given(fields: Partial<NewTimer> = {}): Story {
  return storyOf(timerOf(fields), []);
}

function storyOf(timer: Timer, effects: Effect[]): Story {
  const when: Story['when'] = (command, afterMs) => {
    const result = transition(timer, command, BIRTH + afterMs);
    if (!result.ok) throw new Error(`${command.type} was refused: ${result.detail}`);
    return storyOf(result.value.timer, result.value.effects);
  };
  return {
    timer,
    effects,
    told: effects.flatMap((effect) => (effect.type === 'notify' ? [effect.entry.type] : [])),
    when,
    wake: (afterMs, extra) => when({ type: 'wake', generation: timer.generation, ...extra }, afterMs),
    report(outcome, afterMs, { delivery: deliveryNumber = 1, retryAfterMs = null } = {}) {
      const lease = timer.deliveries.find(({ number }) => number === deliveryNumber)?.lease;
      if (!lease) throw new Error(`delivery ${deliveryNumber} has no attempt under way`);
      const attempt = attemptOf(lease.attempt, outcome, BIRTH + afterMs);
      return when({ type: 'record-outcome', deliveryNumber, attempt, retryAfterMs, jitter: 0 }, afterMs);
    },
  };
}
