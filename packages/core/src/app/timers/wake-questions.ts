import { TEAM_COUNTER } from '../../domain/quota.ts';
import type { Throttle, WakeCommand } from '../../domain/timer/commands.ts';
import { budgetedAgent, placesOf } from '../../domain/timer/places.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { isTimeUp } from '../../domain/timer/time.ts';
import { type Transition, transition } from '../../domain/timer/transition.ts';
import { needsFitness as asksForFitness, needsVerdict } from '../../domain/timer/verdict.ts';
import type { BudgetInForce } from '../../ports/budget-store.ts';
import type { Limit } from '../../ports/quota-ledger.ts';
import type { Decision } from '../../ports/timer-store.ts';
import { activeLimit } from '../budgets/limits.ts';
import { isLimited, takeTurn } from '../budgets/turns.ts';
import { factsOf, verdictOn } from '../conditions/facts.ts';
import type { Facts } from '../conditions/judge.ts';
import type { Deps } from '../deps.ts';
import { reasonNotToEscalate } from '../messages/fitness.ts';
import { planLimit } from '../plans/active-timers.ts';
import { reasonNotToRun } from '../schedules/fitness.ts';
import { whyNoRoom } from './insert.ts';

/** What a timer that comes to fire has to know before. */
export interface Question {
  timer: Timer;
  /** Of its conditions. */
  needsFacts: boolean;
  /** Of its schedule, or of the message that it would escalate. */
  needsFitness: boolean;
  /** Of the budget of its agent; null where none is known to hold. */
  budget: BudgetInForce | null | undefined;
  /** Of the limit that the plan of its team sets. */
  needsPlan: boolean;
  /** Whether it fires by all else that is known, so that budget and plan must leave room for that. */
  needsLeave: boolean;
}

/** What was found out; what is absent was not asked. */
export interface Known {
  /** The agent that this is about. */
  agentId?: string | null;
  facts?: Facts;
  unfit?: string | null;
  budget?: BudgetInForce | null;
  planLimit?: Limit | null;
  turn?: Throttle | null;
  hasRoom?: true;
  noRoom?: string;
}

/** What an alarm came to; null where there is no timer any more. */
export type Woken = Transition | { asks: Question } | null;

/** Wakes a timer, or asks for what it has to know before. Changes nothing while it asks. */
export function decideWake(
  deps: Pick<Deps, 'clock' | 'budgets'>,
  timer: Timer | null,
  command: WakeCommand,
  given: Known,
): Decision<Woken> {
  if (timer === null) return { result: null };
  const now = deps.clock.now();
  const known = given.agentId === timer.agentId ? given : ofAnother(given);
  const needsFacts = needsVerdict(timer, command.generation, now) && known.facts === undefined;
  const needsFitness = asksForFitness(timer, command.generation, now) && known.unfit === undefined;
  const budget = budgetOf(deps, timer, command, now, known);
  const needsPlan = known.planLimit === undefined && takesPlaceNow(timer, command, now);
  const question = { timer, needsFacts, needsFitness, budget, needsPlan, needsLeave: false };
  if (needsFacts || needsFitness || needsPlan || budget === undefined) return { result: { asks: question } };
  const limits = limitsOf(timer, budget, known.planLimit ?? null);
  const result = transition(timer, { ...command, ...told(timer, known, limits) }, now);
  if (!result.ok) throw new Error(`timer ${timer.id} refused an alarm: ${result.detail}`);
  const { timer: after } = result.value;
  const hasLeave =
    (known.turn !== undefined || !isLimited(budget)) && (known.hasRoom !== undefined || limits.length === 0);
  if (hasFired(timer, after) && !hasLeave) return { result: { asks: { ...question, needsLeave: true } } };
  return after === timer ? { result: result.value } : { save: after, limits, result: result.value };
}

/** Finds out what a timer asks for. */
export async function answer(deps: Deps, question: Question, known: Known): Promise<Known> {
  const { timer, needsFacts, needsFitness, needsPlan, needsLeave } = question;
  const { teamId, agentId } = timer;
  const [facts, unfit] = await Promise.all([
    needsFacts ? factsOf(deps, teamId) : null,
    needsFitness ? reasonAgainst(deps, timer) : null,
  ]);
  const budget =
    question.budget === undefined && agentId !== null
      ? await deps.budgets.inForce(teamId, agentId)
      : (question.budget ?? null);
  const limit = needsPlan ? planLimit(await deps.plans.of(teamId)) : known.planLimit;
  return {
    agentId,
    ...(facts === null ? {} : { facts }),
    ...(needsFitness ? { unfit } : {}),
    budget,
    ...(limit === undefined ? {} : { planLimit: limit }),
    ...(needsLeave ? await leaveOf(deps, timer, budget, limit ?? null) : {}),
  };
}

async function reasonAgainst(deps: Deps, timer: Timer): Promise<string | null> {
  return (await reasonNotToRun(deps, timer)) ?? reasonNotToEscalate(deps, timer);
}

/** What budget and plan say of a fire. No turn is taken for an occurrence that there is no room for. */
async function leaveOf(
  deps: Deps,
  timer: Timer,
  budget: BudgetInForce | null,
  ofPlan: Limit | null,
): Promise<Known> {
  const { teamId, agentId } = timer;
  for (const { counter, max } of limitsOf(timer, budget, ofPlan)) {
    const used = await deps.quotas.used({ teamId, counter });
    if (used >= max) return { noRoom: whyNoRoom({ counter, used, max }) };
  }
  const isCounted = agentId !== null && isLimited(budget);
  const turn = isCounted ? await takeTurn(deps, { teamId, agentId }, budget) : null;
  return { turn, hasRoom: true };
}

/** What holds of a timer whatever its agent is. */
function ofAnother({ facts, unfit, planLimit: limit }: Known): Known {
  return {
    ...(facts === undefined ? {} : { facts }),
    ...(unfit === undefined ? {} : { unfit }),
    ...(limit === undefined ? {} : { planLimit: limit }),
  };
}

/** Null where the budget has no say; undefined where it has to be asked for. */
function budgetOf(
  { budgets }: Pick<Deps, 'budgets'>,
  timer: Timer,
  { generation }: WakeCommand,
  now: number,
  known: Known,
): BudgetInForce | null | undefined {
  const agentId = budgetedAgent(timer);
  if (agentId === null || generation !== timer.generation || !isTimeUp(timer, now)) return null;
  return known.budget === undefined ? budgets.peek(timer.teamId, agentId) : known.budget;
}

/** Whether an occurrence that the plan of its team had no room for may take its place now. */
function takesPlaceNow(timer: Timer, { generation }: WakeCommand, now: number): boolean {
  const isWithout = timer.awaitsPlace === true && !placesOf(timer).includes(TEAM_COUNTER);
  return isWithout && generation === timer.generation && isTimeUp(timer, now);
}

/** The limits that an occurrence comes under when it fires, for want of places until then; none for all others. */
function limitsOf(timer: Timer, budget: BudgetInForce | null, ofPlan: Limit | null): Limit[] {
  const { agentId, occurrence } = timer;
  if (occurrence === undefined) return [];
  const ofAgent = agentId === null ? null : activeLimit(agentId, budget);
  const held = placesOf(timer);
  return [ofAgent, ofPlan].filter((limit) => limit !== null).filter(({ counter }) => !held.includes(counter));
}

function told(
  timer: Timer,
  known: Known,
  limits: readonly Limit[],
): Omit<WakeCommand, 'type' | 'generation'> {
  const { facts, unfit, turn, noRoom } = known;
  return {
    ...(facts === undefined ? {} : { verdict: verdictOn(timer, facts) }),
    ...(unfit === undefined ? {} : { unfit }),
    ...(turn ? { throttle: turn } : {}),
    ...(noRoom === undefined ? {} : { noRoom }),
    ...(limits.length === 0
      ? {}
      : { countAgainst: [...placesOf(timer), ...limits.map(({ counter }) => counter)] }),
  };
}

function hasFired(before: Timer, after: Timer): boolean {
  return before.status === 'running' && (after.status === 'firing' || after.status === 'expired');
}
