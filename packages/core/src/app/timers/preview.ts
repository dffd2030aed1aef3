import { CreateTimerRequest, type ErrorCode } from '@minoots/contract';
import type { Endpoint } from '../../domain/endpoint/state.ts';
import type { ConditionVerdict } from '../../domain/timer/commands.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { activeLimit } from '../budgets/limits.ts';
import { factsOf, verdictOn } from '../conditions/facts.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { pausedTargets } from '../endpoints/paused-targets.ts';
import { MinootsError } from '../errors.ts';
import { planLimit } from '../plans/active-timers.ts';
import { type UnservedAction, unservedActions } from '../runners/unserved.ts';
import { buildTimer, identify } from './build.ts';
import { storedParents } from './draft.ts';
import { noRoomError } from './insert.ts';

/** Why a creation would be refused; `pointer` names the field at fault where there is one. */
export interface Refusal {
  code: ErrorCode;
  pointer: string | null;
  message: string;
}

/** What the creation of a timer would come to. */
export interface TimerForeseen {
  /** All that there is against it; then there is no timer. */
  refusals: Refusal[];
  timer: Timer | null;
  /** Whether its conditions hold at present; null without any. */
  verdict: ConditionVerdict | null;
  /** Endpoints that it would call and that are paused at present. */
  paused: Endpoint[];
  /** The timer that has the id already and was made by the same request. */
  existing: Timer | null;
  /** What would wait for a runner, because none that is there could carry it out. */
  unserved: UnservedAction[];
}

const NOTHING: TimerForeseen = {
  refusals: [],
  timer: null,
  verdict: null,
  paused: [],
  existing: null,
  unserved: [],
};

/** Judges the creation of a timer as it would be judged now, part by part, and stores nothing. */
export async function previewTimer(
  deps: Deps,
  { principal }: RequestContext,
  input: CreateTimerRequest,
): Promise<TimerForeseen> {
  const ctx = { principal };
  const findParent = storedParents(deps, principal.teamId);
  const parts = await Promise.all(
    partsOf(input).map((part) => refusalsOf(() => buildTimer(deps, ctx, part, undefined, findParent))),
  );
  const { existing, refusals: taken } = await holderOf(deps, principal.teamId, input);
  const budget = existing === null ? await roomRefusals(deps, principal.teamId, input) : [];
  const refusals = [...taken, ...parts.flat(), ...budget];
  if (refusals.length > 0) return { ...NOTHING, refusals };
  const timer = await buildTimer(deps, ctx, input, undefined, findParent);
  const verdict = timer.conditions === null ? null : verdictOn(timer, await factsOf(deps, timer.teamId));
  const [paused, unserved] = await Promise.all([pausedTargets(deps, timer), unservedActions(deps, timer)]);
  return { refusals, timer, verdict, paused, existing, unserved };
}

/** The request in parts that are judged by themselves, so that one fault does not hide the next. */
function partsOf(input: CreateTimerRequest): CreateTimerRequest[] {
  const { events = {}, depends_on, depends_on_when, on_dependency_failure, ...alone } = input;
  const { retry, conditions, on_unmet, ...plain } = alone;
  const [name, duration] = [input.name, 1];
  const parts: object[] = [
    plain,
    ...Object.entries(events).map(([event, actions]) => ({ name, duration, events: { [event]: actions } })),
    { name, duration, retry },
    { name, duration, conditions, on_unmet },
    { name, duration, id: input.id, depends_on, depends_on_when, on_dependency_failure },
  ];
  return parts.map((part) => CreateTimerRequest.parse(part));
}

async function holderOf(
  deps: Deps,
  teamId: string,
  input: CreateTimerRequest,
): Promise<{ existing: Timer | null; refusals: Refusal[] }> {
  const identity = identify(teamId, input, undefined);
  if (identity === null) return { existing: null, refusals: [] };
  const existing = await deps.timers.get({ teamId, timerId: identity.id });
  if (existing === null || existing.fingerprint === identity.fingerprint) return { existing, refusals: [] };
  const message = `Timer ${identity.id} exists with other content`;
  return { existing: null, refusals: [{ code: 'timer_exists', pointer: '/id', message }] };
}

/** Whether the plan of the team and the budget of the agent leave room for one more. */
async function roomRefusals(
  deps: Deps,
  teamId: string,
  { agent_id: agentId }: CreateTimerRequest,
): Promise<Refusal[]> {
  const ofAgent =
    agentId === undefined ? null : activeLimit(agentId, await deps.budgets.inForce(teamId, agentId));
  const limits = [planLimit(await deps.plans.of(teamId)), ofAgent].filter((limit) => limit !== null);
  const refusals = limits.map(async ({ counter, max }): Promise<Refusal[]> => {
    const used = await deps.quotas.used({ teamId, counter });
    if (used < max) return [];
    const { code, message, errors } = noRoomError({ agentId: agentId ?? null }, { counter, used, max });
    return [{ code, pointer: errors?.[0]?.pointer ?? null, message }];
  });
  return (await Promise.all(refusals)).flat();
}

async function refusalsOf(work: () => Promise<unknown>): Promise<Refusal[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof MinootsError)) throw error;
    const { code, errors = [], message } = error;
    if (errors.length === 0) return [{ code, pointer: null, message }];
    return errors.map((fault) => ({ code, pointer: fault.pointer, message: fault.message }));
  }
}
