import type { CreateTimerRequest } from '@minoots/contract';
import { outcomeOf } from '../../domain/timer/outbox.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { buildTimer, identify } from './build.ts';
import type { FindParent } from './dependencies.ts';

/** A timer to be stored, or one that an earlier try of the same request has stored. */
export interface Draft {
  timer: Timer;
  isStored: boolean;
}

/**
 * What a request to create a timer comes to. A repeat of one that was carried out finds its timer, even where the timers
 * that it depends on are gone by now.
 */
export async function draftTimer(
  deps: Deps,
  ctx: RequestContext,
  input: CreateTimerRequest,
  commandId: string | undefined,
  findParent: FindParent = storedParent(deps, ctx.principal.teamId),
): Promise<Draft> {
  try {
    return { timer: await buildTimer(deps, ctx, input, commandId, findParent), isStored: false };
  } catch (error) {
    const isUnknownParent = error instanceof MinootsError && error.code === 'unknown_parent';
    const stored = isUnknownParent ? await earlierTry(deps, ctx, input, commandId) : null;
    if (stored === null) throw error;
    return { timer: stored, isStored: true };
  }
}

/** Finds parents in the store, each once. */
export function storedParents(deps: Deps, teamId: string): FindParent {
  const found = new Map<string, ReturnType<FindParent>>();
  const read = storedParent(deps, teamId);
  return (timerId) => {
    const known = found.get(timerId) ?? read(timerId);
    found.set(timerId, known);
    return known;
  };
}

function storedParent(deps: Deps, teamId: string): FindParent {
  return async (timerId) => {
    const timer = await deps.timers.get({ teamId, timerId });
    return timer === null ? undefined : outcomeOf(timer);
  };
}

async function earlierTry(
  deps: Deps,
  { principal: { teamId } }: RequestContext,
  input: CreateTimerRequest,
  commandId: string | undefined,
): Promise<Timer | null> {
  const identity = identify(teamId, input, commandId);
  if (identity === null) return null;
  const stored = await deps.timers.get({ teamId, timerId: identity.id });
  return stored?.fingerprint === identity.fingerprint ? stored : null;
}
