import type { ConditionVerdict } from '../../domain/timer/commands.ts';
import { rivalOf } from '../../domain/timer/occurrence.ts';
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
  // Few timers have conditions or a schedule, so what these ask for is read only once one is known to come to fire.
  if (woken !== null && 'asks' in woken)
    woken = await decide(deps, alarm, options, await answer(deps, alarm.teamId, woken.asks));
  if (woken === null || 'asks' in woken) return;
  const { timer, effects } = woken;
  const attempts = effects.flatMap((effect) =>
    effect.type === 'deliver' ? [attemptDelivery(deps, timer, effect)] : [],
  );
  await Promise.all([performEffects(deps, timer, effects), ...attempts]);
}

/** What a timer that comes to fire has to know: the team's context, and whether another timer still delivers. */
interface Question {
  context: boolean;
  rival: string | null;
}

interface Known {
  facts: Facts;
  isOverlapping: boolean;
}

type Outcome = Transition | { asks: Question } | null;

/** @param known null before anything was read: then a timer that needs it `asks` */
function decide(
  deps: Deps,
  alarm: Alarm,
  { abandonLeases = false }: WakeOptions,
  known: Known | null,
): Promise<Outcome> {
  return deps.timers.update<Outcome>(alarm, (current): Decision<Outcome> => {
    if (current === null) return { result: null };
    const now = deps.clock.now();
    const { generation } = alarm;
    const asks = {
      context: needsVerdict(current, generation, now),
      rival: rivalOf(current, generation, now),
    };
    if (known === null && (asks.context || asks.rival !== null)) return { result: { asks } };
    const verdict = asks.context && known !== null ? { verdict: verdictOn(current, known.facts) } : {};
    const overlap = known === null ? {} : { isOverlapping: known.isOverlapping };
    const command = { type: 'wake', generation, abandonLeases, ...verdict, ...overlap } as const;
    const result = transition(current, command, now);
    if (!result.ok) throw new Error(`timer ${alarm.timerId} refused an alarm: ${result.detail}`);
    return result.value.timer === current
      ? { result: result.value }
      : { save: result.value.timer, result: result.value };
  });
}

async function answer(deps: Deps, teamId: string, { context, rival }: Question): Promise<Known> {
  const [facts, other] = await Promise.all([
    context ? factsOf(deps, teamId) : {},
    rival === null ? null : deps.timers.get({ teamId, timerId: rival }),
  ]);
  return { facts, isOverlapping: other?.status === 'firing' };
}

async function factsOf({ context }: Deps, teamId: string): Promise<Facts> {
  return Object.fromEntries((await context.list(teamId)).map(({ key, value }) => [key, value]));
}

/** The timer's own metadata says more of it than what the team says of the world. */
function verdictOn({ conditions, metadata }: Timer, facts: Facts): ConditionVerdict {
  return judge(conditions?.query ?? {}, { ...facts, ...metadata });
}
