import type { ConditionVerdict } from '../../domain/timer/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { type Transition, transition } from '../../domain/timer/transition.ts';
import { needsVerdict } from '../../domain/timer/verdict.ts';
import type { Alarm } from '../../ports/alarm-clock.ts';
import type { Decision } from '../../ports/timer-store.ts';
import { type Facts, judge } from '../conditions/judge.ts';
import { attemptDelivery } from '../deliveries/attempt.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';

export interface WakeOptions {
  /** No attempt can be under way any more: the only process that could make one has restarted. */
  abandonLeases?: boolean;
}

/**
 * Answers an alarm: fires the timer or makes the attempts that are due, and resolves when their outcomes are recorded.
 * Rejects when the alarm should come again. An alarm that does not count any more changes nothing.
 */
export async function wakeTimer(deps: Deps, alarm: Alarm, options: WakeOptions = {}): Promise<void> {
  let woken = await decide(deps, alarm, options, null);
  // Few timers have conditions, so what these ask for is read only once one is known to come to fire.
  if (woken === 'unjudged') woken = await decide(deps, alarm, options, await factsOf(deps, alarm.teamId));
  if (woken === null || woken === 'unjudged') return;
  const { timer, effects } = woken;
  const attempts = effects.flatMap((effect) =>
    effect.type === 'deliver' ? [attemptDelivery(deps, timer, effect)] : [],
  );
  await Promise.all([performEffects(deps, timer, effects), ...attempts]);
}

/** @param facts what the team's context says; null before it was read: then a timer that needs it is `unjudged` */
function decide(
  deps: Deps,
  alarm: Alarm,
  { abandonLeases = false }: WakeOptions,
  facts: Facts | null,
): Promise<Transition | 'unjudged' | null> {
  type Outcome = Transition | 'unjudged' | null;
  return deps.timers.update<Outcome>(alarm, (current): Decision<Outcome> => {
    if (current === null) return { result: null };
    const now = deps.clock.now();
    const isJudged = needsVerdict(current, alarm.generation, now);
    if (isJudged && facts === null) return { result: 'unjudged' };
    const verdict = isJudged && facts !== null ? { verdict: verdictOn(current, facts) } : {};
    const command = { type: 'wake', generation: alarm.generation, abandonLeases, ...verdict } as const;
    const result = transition(current, command, now);
    if (!result.ok) throw new Error(`timer ${alarm.timerId} refused an alarm: ${result.detail}`);
    return result.value.timer === current
      ? { result: result.value }
      : { save: result.value.timer, result: result.value };
  });
}

async function factsOf({ context }: Deps, teamId: string): Promise<Facts> {
  return Object.fromEntries((await context.list(teamId)).map(({ key, value }) => [key, value]));
}

/** The timer's own metadata says more of it than what the team says of the world. */
function verdictOn({ conditions, metadata }: Timer, facts: Facts): ConditionVerdict {
  return judge(conditions?.query ?? {}, { ...facts, ...metadata });
}
