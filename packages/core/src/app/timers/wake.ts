import type { Timer } from '../../domain/timer/state.ts';
import { type Transition, transition } from '../../domain/timer/transition.ts';
import { needsFitness as asksForFitness, needsVerdict } from '../../domain/timer/verdict.ts';
import type { Alarm } from '../../ports/alarm-clock.ts';
import type { Decision } from '../../ports/timer-store.ts';
import { factsOf, verdictOn } from '../conditions/facts.ts';
import type { Facts } from '../conditions/judge.ts';
import { attemptDelivery } from '../deliveries/attempt.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { reasonNotToEscalate } from '../messages/fitness.ts';
import { reasonNotToRun } from '../schedules/fitness.ts';

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
  // Few timers have conditions, a schedule or a message, so what these ask for is read only once one is known to come to fire.
  if (woken !== null && 'asks' in woken)
    woken = await decide(deps, alarm, options, await answer(deps, woken.asks));
  if (woken === null || 'asks' in woken) return;
  const { timer, effects } = woken;
  const attempts = effects.flatMap((effect) =>
    effect.type === 'deliver' ? [attemptDelivery(deps, timer, effect)] : [],
  );
  await allEnded([performEffects(deps, timer, effects), ...attempts]);
}

/** Waits for all, then rejects as the first did that rejected: a cloud takes the processor from what goes on after an answer. */
async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** What a timer that comes to fire has to know before. */
interface Question {
  timer: Timer;
  /** Of its conditions. */
  needsFacts: boolean;
  /** Of its schedule, or of the message that it would escalate. */
  needsFitness: boolean;
}

interface Known {
  facts: Facts;
  unfit: string | null;
}

type Outcome = Transition | { asks: Question } | null;

/** @param known null before anything was read: then a timer that needs it `asks` */
function decide(
  deps: Deps,
  alarm: Alarm,
  { abandonLeases = false }: WakeOptions,
  known: Known | null,
): Promise<Outcome> {
  const { generation } = alarm;
  return deps.timers.update<Outcome>(alarm, (timer): Decision<Outcome> => {
    if (timer === null) return { result: null };
    const now = deps.clock.now();
    const needsFacts = needsVerdict(timer, generation, now);
    const needsFitness = asksForFitness(timer, generation, now);
    if (known === null && (needsFacts || needsFitness))
      return { result: { asks: { timer, needsFacts, needsFitness } } };
    const told = known === null ? {} : { verdict: verdictOn(timer, known.facts), unfit: known.unfit };
    const result = transition(timer, { type: 'wake', generation, abandonLeases, ...told }, now);
    if (!result.ok) throw new Error(`timer ${alarm.timerId} refused an alarm: ${result.detail}`);
    return result.value.timer === timer
      ? { result: result.value }
      : { save: result.value.timer, result: result.value };
  });
}

async function answer(deps: Deps, { timer, needsFacts, needsFitness }: Question): Promise<Known> {
  const [facts, unfit] = await Promise.all([
    needsFacts ? factsOf(deps, timer.teamId) : {},
    needsFitness ? reasonAgainst(deps, timer) : null,
  ]);
  return { facts, unfit };
}

async function reasonAgainst(deps: Deps, timer: Timer): Promise<string | null> {
  return (await reasonNotToRun(deps, timer)) ?? reasonNotToEscalate(deps, timer);
}
