import type { JsonObject } from '@minoots/contract';
import type { Endpoint, Notice } from '../../domain/endpoint/state.ts';
import { entry } from '../../domain/timer/log.ts';
import { toInstant } from '../../wire/timer.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps } from '../deps.ts';
import { MinootsError } from '../errors.ts';

/**
 * Tells a team that an endpoint was paused or has resumed: in the log of the timer that made the difference, and so on the
 * event stream. What was told already is not told again.
 */
export async function tellTeam(deps: Deps, endpoint: Endpoint, notice: Notice): Promise<void> {
  const { teamId, id } = endpoint;
  const { timerId, type, at } = notice;
  if (timerId === null) return;
  const told = entry(at, `endpoint.${type}`, wordsOf(endpoint, notice), factsOf(endpoint, notice));
  const commandId = `${id} ${type} ${at}`;
  try {
    await applyCommand(deps, { teamId, timerId }, { type: 'note', entry: told }, { commandId });
  } catch (error) {
    // The timer may have been removed since.
    if (!(error instanceof MinootsError && error.code === 'not_found')) throw error;
  }
}

function wordsOf({ id, url }: Endpoint, { type, failures }: Notice): string {
  if (type === 'resumed') return `${url} has resumed; what was postponed is being sent`;
  const how =
    failures === null
      ? ''
      : `: ${failures.count} attempts in a row have failed since ${toInstant(failures.since)}, the last one: ${failures.last.error}`;
  return `${url} is paused${how}. It resumes when a probe succeeds, or by minoots endpoints resume ${id}`;
}

function factsOf({ id, url }: Endpoint, { by, reason, failures }: Notice): JsonObject {
  return {
    endpoint_id: id,
    url,
    by,
    ...(reason === null ? {} : { reason }),
    ...(failures === null
      ? {}
      : {
          failing_since: toInstant(failures.since),
          consecutive_failures: failures.count,
          last_error: failures.last.error,
        }),
  };
}
