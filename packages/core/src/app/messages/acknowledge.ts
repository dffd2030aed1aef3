import type { Message } from '../../domain/message/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { messageNotFound } from '../errors.ts';
import { endEscalation } from './escalation.ts';
import { acknowledgedEvent } from './event.ts';

/**
 * Acknowledges a message for an agent, or for the whole team (null), and ends the wait for that. A repeat changes nothing, but
 * ends the wait where the first try got no further than the acknowledgement.
 * @throws MinootsError `not_found` when it is not in that inbox
 */
export async function acknowledgeMessage(
  deps: Deps,
  { principal: { teamId, id: by } }: RequestContext,
  agentId: string | null,
  messageId: string,
  note: string | null,
): Promise<{ message: Message; escalated: boolean }> {
  const acknowledgement = { agentId, by, at: deps.clock.now(), note };
  const done = await deps.inbox.acknowledge({ teamId, messageId }, acknowledgement);
  if (done === null) throw messageNotFound(messageId);
  const { message, isNew } = done;
  const escalated =
    message.escalationId !== null && (await endEscalation(deps, { teamId, timerId: message.escalationId }));
  if (isNew) await deps.events.publish([acknowledgedEvent(message, acknowledgement)]);
  return { message, escalated };
}
