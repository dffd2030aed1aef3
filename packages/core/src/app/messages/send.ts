import type { SendMessageRequest } from '@minoots/contract';
import { parseAckWithin } from '../../actions/message.ts';
import type { Action } from '../../domain/action.ts';
import type { Message } from '../../domain/message/state.ts';
import { readActions } from '../actions/read-events.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError, unwrap } from '../errors.ts';
import { idFor } from '../ids.ts';
import { ackByOf, endEscalation, makeEscalation } from './escalation.ts';
import { fullInbox, storeMessage } from './store.ts';

export interface SendOutcome {
  message: Message;
  /** False when an earlier try of the same request has posted it. */
  created: boolean;
}

/**
 * Posts a message of a client's own, after the timer that waits for its acknowledgement where one is asked for.
 * @param toAgent null: to the whole team
 * @throws MinootsError `inbox_full`, `plan_limit_reached`, or for actions that could not be carried out
 */
export async function sendMessage(
  deps: Deps,
  { principal, commandId }: RequestContext,
  toAgent: string | null,
  { text, data, ...input }: SendMessageRequest,
): Promise<SendOutcome> {
  const { teamId, id: by } = principal;
  const wait = await readWait(deps, teamId, input);
  const id = commandId === undefined ? `msg_${deps.random.id()}` : idFor('msg', teamId, commandId);
  const earlier =
    wait === null || commandId === undefined ? null : await deps.inbox.get({ teamId, messageId: id });
  if (earlier !== null) return { message: earlier, created: false };
  const fields = { id, teamId, toAgent, text, data: data ?? null };
  const escalation =
    wait === null ? null : await makeEscalation(deps, fields, by, wait.withinMs, wait.actions);
  const stored = await storeMessage(
    deps,
    {
      ...fields,
      from: { type: 'principal', id: by },
      ackBy: escalation && wait && ackByOf(escalation, wait.withinMs),
      escalationId: escalation?.id ?? null,
    },
    null,
  );
  if (stored !== null) return { message: stored.message, created: stored.isNew };
  if (escalation !== null) await endEscalation(deps, { teamId, timerId: escalation.id });
  throw new MinootsError('inbox_full', fullInbox(toAgent));
}

async function readWait(
  deps: Deps,
  teamId: string,
  { ack_within, escalate_to }: Pick<SendMessageRequest, 'ack_within' | 'escalate_to'>,
): Promise<{ withinMs: number; actions: Action[] } | null> {
  const at = (field: string) => `/${field}`;
  const withinMs = unwrap(parseAckWithin(ack_within, escalate_to !== undefined, at));
  if (withinMs === null) return null;
  return { withinMs, actions: await readActions(deps, teamId, escalate_to ?? {}, '/escalate_to') };
}
