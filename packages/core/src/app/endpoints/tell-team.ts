import { type JsonObject, MAX_MESSAGE_LENGTH } from '@minoots/contract';
import { shorten } from '../../actions/connector.ts';
import type { Endpoint, Notice } from '../../domain/endpoint/state.ts';
import { entry } from '../../domain/timer/log.ts';
import type { NewLogEntry } from '../../domain/timer/state.ts';
import { toInstant, toWireLogEntry } from '../../wire/timer.ts';
import { applyCommand } from '../apply-command.ts';
import type { Deps } from '../deps.ts';
import { MinootsError } from '../errors.ts';
import { idFor } from '../ids.ts';
import { storeMessage } from '../messages/store.ts';

/**
 * Tells a team that an endpoint was paused or has resumed: on the event stream, in the log of the timer whose delivery made
 * the difference, and where the service has paused it by a message to the team. A repeat adds nothing to log and inbox.
 */
export async function tellTeam(deps: Deps, endpoint: Endpoint, notice: Notice): Promise<void> {
  const { type, at } = notice;
  const told = entry(at, `endpoint.${type}`, wordsOf(endpoint, notice), factsOf(endpoint, notice));
  const name = `${endpoint.id} ${type} ${at}`;
  if (!(await isLogged(deps, endpoint, notice, told, name))) await publish(deps, endpoint, told);
  await leaveMessage(deps, endpoint, notice, told, name);
}

/** Whether there is a timer that tells of it. */
async function isLogged(
  deps: Deps,
  { teamId }: Endpoint,
  { origin }: Notice,
  told: NewLogEntry,
  commandId: string,
): Promise<boolean> {
  if (origin === null) return false;
  const key = { teamId, timerId: origin.timerId };
  try {
    await applyCommand(deps, key, { type: 'note', entry: told }, { commandId });
    return true;
  } catch (error) {
    // The timer may have been removed since.
    if (error instanceof MinootsError && error.code === 'not_found') return false;
    throw error;
  }
}

function publish({ events }: Deps, { teamId }: Endpoint, told: NewLogEntry): Promise<void> {
  const nobodys = { timer_id: null, timer_name: null, agent_id: null, status: null };
  return events.publish([{ ...toWireLogEntry(told), ...nobodys, teamId, isLogged: false }]);
}

/** Nobody has to be told in the inbox what somebody has asked for, or that all is well. A full inbox goes without. */
async function leaveMessage(
  deps: Deps,
  { id, teamId }: Endpoint,
  { type, origin }: Notice,
  { message, data }: NewLogEntry,
  name: string,
): Promise<void> {
  if (type !== 'paused' || origin === null) return;
  const from = { type: 'timer', ...origin } as const;
  const content = { text: shorten(message, MAX_MESSAGE_LENGTH), data: data ?? null };
  const fields = { id: idFor('msg', teamId, name), teamId, toAgent: null, from, ...content };
  const stored = await storeMessage(deps, { ...fields, ackBy: null, escalationId: null }, null);
  if (stored === null) deps.logger.warn({ endpointId: id }, 'the inbox of a team has no room for a notice');
}

function wordsOf({ id, url }: Endpoint, { type, by, reason, failures }: Notice): string {
  if (type === 'resumed') return `${url} has resumed; what was postponed is being sent`;
  if (by !== 'service') {
    const why = reason === null ? '' : `: ${reason}`;
    return `${url} was paused by ${by}${why}. It resumes by minoots endpoints resume ${id}`;
  }
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
