import type { CreateTimerRequest } from '@minoots/contract';
import type { Result } from '../../domain/rejection.ts';
import { createTimer } from '../../domain/timer/create.ts';
import type { Timer } from '../../domain/timer/state.ts';
import { parseWhen } from '../../domain/when.ts';
import { readEvents } from '../actions/read-events.ts';
import { parseConditions } from '../conditions/parse.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { fromRejection } from '../errors.ts';
import { fingerprint, timerIdFor } from '../ids.ts';
import { readRetry } from '../plans/retry.ts';
import { type FindParent, readDependencies } from './dependencies.ts';

/**
 * The timer that a request asks for, not stored yet.
 * @param commandId makes the id, where the client chose none, the same for a repeat of the request
 */
export async function buildTimer(
  deps: Deps,
  { principal }: RequestContext,
  input: CreateTimerRequest,
  commandId: string | undefined,
  findParent: FindParent,
): Promise<Timer> {
  const now = deps.clock.now();
  const events = await readEvents(deps, principal.teamId, input.events, '/events');
  const identity = identify(principal.teamId, input, commandId);
  const id = identity?.id ?? `tmr_${deps.random.id()}`;
  return createTimer(
    {
      id,
      teamId: principal.teamId,
      createdBy: principal.id,
      name: input.name,
      agentId: input.agent_id ?? null,
      labels: input.labels ?? {},
      metadata: input.metadata ?? null,
      when: unwrap(parseWhen(input, now)),
      events,
      retry: readRetry((await deps.plans.of(principal.teamId)).id, input.retry),
      dependencies: await readDependencies(input, id, findParent, now),
      conditions: unwrap(parseConditions(input)),
      lineage: null,
      scheduleId: null,
      fingerprint: identity?.fingerprint ?? null,
    },
    now,
  );
}

/** How a repeat of a request is known; null where it would make another timer, under a random id. */
export function identify(
  teamId: string,
  { id: chosenId, ...request }: CreateTimerRequest,
  commandId: string | undefined,
): { id: string; fingerprint: string } | null {
  const id = chosenId ?? (commandId === undefined ? undefined : timerIdFor(teamId, commandId));
  return id === undefined ? null : { id, fingerprint: fingerprint(request) };
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw fromRejection(result);
  return result.value;
}
