import { CreateTimerRequest, type TimerTemplate } from '@minoots/contract';
import type { AttemptContext } from '../../actions/performer.ts';
import type { SpawnOutcome } from '../../actions/spawn.ts';
import type { NewTimer } from '../../domain/timer/create.ts';
import { lineageBelow, MAX_LINEAGE_DEPTH } from '../../domain/timer/lineage.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { dueAt } from '../../domain/timer/time.ts';
import type { OverLimit } from '../../ports/quota-ledger.ts';
import type { TimerKey } from '../../ports/timer-store.ts';
import { deliveryId } from '../../wire/delivery-id.ts';
import { bodyPointer, fieldErrors } from '../../wire/field-errors.ts';
import { toWireRetry } from '../../wire/portable-events.ts';
import type { Deps } from '../deps.ts';
import { performEffects } from '../effects.ts';
import { MinootsError } from '../errors.ts';
import { timerIdFor } from '../ids.ts';
import { OPERATORS_PLAN } from '../plans/operators-plan.ts';
import { defaultRetry } from '../plans/retry.ts';
import { buildTimer } from './build.ts';
import { endLine } from './cancel-lineage.ts';
import { finishInsert } from './create.ts';
import { insertTimer, noRoomError } from './insert.ts';

const LINE_ENDED = 'its line of timers was cancelled, so it makes no more';

/** Makes the timer that a delivery asks for, once however often it is asked. */
export async function spawnTimer(
  deps: Deps,
  context: Pick<AttemptContext, 'timer' | 'delivery'>,
  template: TimerTemplate,
): Promise<SpawnOutcome> {
  const outcome = await makeChild(deps, context, template);
  return 'refused' in outcome ? outcome : { timerId: outcome.child.id };
}

/**
 * Makes the one timer that a delivery needs. Its id follows from that of the delivery, so that another attempt finds it. The
 * end of the line is looked for again once the timer is stored: whoever ended it before that had nothing to find yet, and
 * whoever ends it later finds the timer.
 */
export async function makeChild(
  deps: Deps,
  { timer: parent, delivery }: Pick<AttemptContext, 'timer' | 'delivery'>,
  template: TimerTemplate,
  more: Pick<NewTimer, 'escalates'> = {},
): Promise<{ child: Timer } | { refused: string }> {
  const timerId = timerIdFor(parent.teamId, `made by ${deliveryId(parent, delivery.number)}`);
  const key = { teamId: parent.teamId, timerId };
  if (await isLineEnded(deps, parent)) return end(deps, key);
  const made = await build(deps, parent, timerId, template);
  if ('refused' in made) return made;
  const child = { ...made, ...more };

  const { timer, outcome } = await insertTimer(deps, child);
  if ('overLimit' in outcome) return overLimit(timer, outcome.overLimit);
  if (!outcome.inserted && outcome.existing.lineage?.parentId !== parent.id)
    return { refused: `timer ${timerId} exists and comes of another one` };
  if (await isLineEnded(deps, parent)) return end(deps, key);
  if (!outcome.inserted) {
    await armAgain(deps, outcome.existing);
    return { child: outcome.existing };
  }
  await finishInsert(deps, { timer, outcome });
  return { child: timer };
}

function overLimit(timer: Timer, limit: OverLimit): { refused: string } {
  const { code, message } = noRoomError(timer, limit);
  return { refused: `${code}: ${message}` };
}

async function isLineEnded(deps: Deps, { teamId, id: timerId }: Timer): Promise<boolean> {
  const current = await deps.timers.get({ teamId, timerId });
  return current === null || current.lineEnded === true;
}

async function end(deps: Deps, child: TimerKey): Promise<{ refused: string }> {
  await endLine(deps, child);
  return { refused: LINE_ENDED };
}

async function build(
  deps: Deps,
  parent: Timer,
  id: string,
  template: TimerTemplate,
): Promise<Timer | { refused: string }> {
  const lineage = lineageBelow(parent);
  if (lineage.depth > MAX_LINEAGE_DEPTH)
    return { refused: `lineage_too_deep: at most ${MAX_LINEAGE_DEPTH} timers come one of another` };
  const agent = parent.agentId === null ? {} : { agent_id: parent.agentId };
  // What the template leaves open goes by the plan of today.
  const retry = template.retry ?? toWireRetry(defaultRetry((await deps.plans.of(parent.teamId)).id));
  const request = CreateTimerRequest.safeParse({ ...template, retry, ...agent, id });
  if (!request.success) {
    const [fault] = fieldErrors(request.error, bodyPointer);
    return { refused: `the timer would not be valid: ${fault?.pointer} ${fault?.message}` };
  }
  const { teamId, createdBy } = parent;
  const principal = {
    type: 'api-key' as const,
    id: createdBy,
    teamId,
    scopes: new Set<never>(),
    role: null,
    person: null,
  };
  try {
    // What a plan includes was judged with the first of the line: it goes on under a smaller one.
    const judged = { ...deps, plans: { of: async () => OPERATORS_PLAN } };
    const child = await buildTimer(judged, { principal }, request.data, undefined, async () => undefined);
    return { ...child, lineage };
  } catch (error) {
    if (error instanceof MinootsError) return { refused: `${error.code}: ${error.message}` };
    throw error;
  }
}

/** Arms a timer that an earlier attempt has stored, and may have left at that. */
export async function armAgain(deps: Deps, child: Timer): Promise<void> {
  const at = dueAt(child);
  if (at !== null) await performEffects(deps, child, [{ type: 'arm', at, generation: child.generation }]);
}
