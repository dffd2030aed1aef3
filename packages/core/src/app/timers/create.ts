import type { CreateTimerRequest } from '@minoots/contract';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { MinootsError } from '../errors.ts';
import { effectsOfCreation } from './creation-effects.ts';
import { draftTimer } from './draft.ts';
import { type Insertion, insertTimer, noRoomError } from './insert.ts';

export interface CreateOutcome {
  timer: Timer;
  /** False when a timer of this id and body was there already. */
  created: boolean;
}

/** Creates a timer. The same id with the same body gives the timer that is there; with another body it is refused. */
export async function createTimer(
  deps: Deps,
  ctx: RequestContext,
  input: CreateTimerRequest,
): Promise<CreateOutcome> {
  const { timer, isStored } = await draftTimer(deps, ctx, input, ctx.commandId);
  if (isStored) return { timer, created: false };
  return finishInsert(deps, await insertTimer(deps, timer));
}

/**
 * What follows from an insert: arms the new timer, or tells whether the one in its place is the same.
 * @throws MinootsError `timer_exists`, `agent_over_budget`, `plan_limit_reached`
 */
export async function finishInsert(deps: Deps, { timer, outcome }: Insertion): Promise<CreateOutcome> {
  if (outcome.inserted) {
    await performEffects(deps, timer, effectsOfCreation(timer));
    return { timer, created: true };
  }
  if ('overLimit' in outcome) throw noRoomError(timer, outcome.overLimit);
  const { existing } = outcome;
  if (timer.fingerprint !== null && existing.fingerprint === timer.fingerprint)
    return { timer: existing, created: false };
  throw new MinootsError('timer_exists', `Timer ${timer.id} exists with other content; choose another id`, {
    errors: [{ pointer: '/id', message: 'is the id of another timer' }],
  });
}
