import type { ActionSet, PlanId, TimerEvents } from '@minoots/contract';
import { ACTION_KINDS } from '../../actions/registry.ts';
import { type Action, isForRunner } from '../../domain/action.ts';
import { parseActions } from '../../domain/action-parse.ts';
import { parseEvents } from '../../domain/event-parse.ts';
import { parseRetry } from '../../domain/retry.ts';
import { secretsOf } from '../../domain/secret-names.ts';
import { MAX_LINEAGE_DEPTH } from '../../domain/timer/lineage.ts';
import type { EventActions } from '../../domain/timer/state.ts';
import { parseWhen } from '../../domain/when.ts';
import { parseConditions } from '../conditions/parse.ts';
import type { Deps } from '../deps.ts';
import { fromRejection, MinootsError, unwrap } from '../errors.ts';
import { requireActions } from '../plans/require-actions.ts';
import { requireAttempts } from '../plans/retry.ts';
import { type MadeTimer, madeBy, madeTimers } from './made-timers.ts';
import { targetOf } from './target-of.ts';

type ReadDeps = Pick<Deps, 'guard' | 'performers' | 'namedSecrets' | 'clock' | 'plans'>;

/**
 * Reads what a request wants done at the events of a timer, and refuses what could not be done then: types of action
 * that this engine lacks or the team's plan does not include, targets that may not be called, secrets that do not exist, timers that could not be made.
 * @param pointer where the events stand in the request, such as `/events`
 * @param depth how many timers would have been made one of another by then
 */
export async function readEvents(
  deps: ReadDeps,
  teamId: string,
  events: TimerEvents | undefined,
  pointer: string,
  depth = 0,
): Promise<EventActions> {
  const parsed = unwrap(parseEvents(ACTION_KINDS, events, pointer));
  await refuse(deps, teamId, byPlace(parsed, pointer), madeTimers(events ?? {}, pointer), depth);
  return parsed;
}

/** Reads one set of actions as `readEvents` does. @param pointer where it stands, such as `/escalate_to` */
export async function readActions(
  deps: ReadDeps,
  teamId: string,
  set: ActionSet,
  pointer: string,
  depth = 0,
): Promise<Action[]> {
  const actions = unwrap(parseActions(ACTION_KINDS, set, pointer));
  await refuse(deps, teamId, [[pointer, actions]], madeBy(set, pointer), depth);
  return actions;
}

async function refuse(
  deps: ReadDeps,
  teamId: string,
  placed: readonly Placed[],
  made: readonly MadeTimer[],
  depth: number,
): Promise<void> {
  const plan = await deps.plans.of(teamId);
  for (const [place, actions] of placed) {
    requireActions(plan.id, actions, place);
    for (const action of actions) await refuseUndoable(deps, action, place);
  }
  for (const timer of made) await refuseUnmakeable(deps, { teamId, plan: plan.id }, timer, depth + 1);
  const named = placed.flatMap(([pointer, actions]) =>
    actions.flatMap((action) => secretsOf(action).map((name) => ({ pointer, name }))),
  );
  if (named.length > 0) await refuseUnknownSecrets(deps, teamId, named);
}

type Placed = readonly [pointer: string, actions: readonly Action[]];

function byPlace({ expire, cancel, failure, progress }: EventActions, pointer: string): Placed[] {
  return [
    [`${pointer}/on_expire`, expire],
    [`${pointer}/on_cancel`, cancel],
    [`${pointer}/on_failure`, failure],
    [`${pointer}/on_progress`, progress?.actions ?? []],
  ];
}

async function refuseUndoable(
  { guard, performers }: ReadDeps,
  action: Action,
  pointer: string,
): Promise<void> {
  if (isForRunner(action)) return;
  const { unavailable } = performers[action.type];
  if (unavailable !== undefined) {
    throw new MinootsError('action_unavailable', `There can be no ${action.type} here: ${unavailable}`, {
      errors: [{ pointer, message: unavailable }],
    });
  }
  const target = targetOf(action);
  const reason = target === null ? null : await guard.refusal(target);
  if (reason === null) return;
  throw new MinootsError('target_refused', `${target} is not a target that the service may call: ${reason}`, {
    errors: [{ pointer, message: reason }],
  });
}

async function refuseUnmakeable(
  deps: ReadDeps,
  { teamId, plan }: { teamId: string; plan: PlanId },
  made: MadeTimer,
  depth: number,
): Promise<void> {
  const { pointer } = made;
  if (depth > MAX_LINEAGE_DEPTH) {
    const message = `at most ${MAX_LINEAGE_DEPTH} timers come one of another`;
    throw new MinootsError('lineage_too_deep', `${pointer} ${message}`, { errors: [{ pointer, message }] });
  }
  if (made.type === 'escalation') {
    await readActions(deps, teamId, made.actions ?? {}, `${pointer}/escalate_to`, depth);
    return;
  }
  const { template } = made;
  const retry = parseRetry(template.retry);
  const readings = [parseWhen(template, deps.clock.now()), retry, parseConditions(template)];
  for (const reading of readings) {
    if (!reading.ok) throw fromRejection({ ...reading, pointer: pointer + (reading.pointer ?? '') });
  }
  if (retry.ok && template.retry !== undefined) requireAttempts(plan, retry.value, `${pointer}/retry`);
  await readEvents(deps, teamId, template.events, `${pointer}/events`, depth);
}

async function refuseUnknownSecrets(
  { namedSecrets }: ReadDeps,
  teamId: string,
  named: readonly { pointer: string; name: string }[],
): Promise<void> {
  const known = new Set((await namedSecrets.list(teamId)).map(({ name }) => name));
  const unknown = named.filter(({ name }) => !known.has(name));
  if (unknown.length === 0) return;
  const names = [...new Set(unknown.map(({ name }) => name))].join(', ');
  throw new MinootsError('unknown_secret', `There is no secret ${names}; set it first`, {
    errors: unknown.map(({ pointer, name }) => ({ pointer, message: `there is no secret ${name}` })),
  });
}
