import { MAX_OPEN_MESSAGES, MESSAGE_KEPT_MS } from '@minoots/contract';
import type { Message } from '../../domain/message/state.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { Deps } from '../deps.ts';
import { postedEvent } from './event.ts';

/** What a message says of itself; the rest follows. */
export type NewMessage = Pick<
  Message,
  'id' | 'teamId' | 'toAgent' | 'text' | 'data' | 'from' | 'ackBy' | 'escalationId'
>;

/**
 * Puts a message into its inbox and tells of it; of a repeat, which changes nothing, once more.
 * @param timer whose action posts it; null for a client's own
 * @returns the message as it is by now, and whether it is new; null when the inbox has no room
 */
export async function storeMessage(
  deps: Deps,
  fields: NewMessage,
  timer: Timer | null,
): Promise<{ message: Message; isNew: boolean } | null> {
  const createdAt = deps.clock.now();
  const message: Message = {
    ...fields,
    createdAt,
    expiresAt: createdAt + MESSAGE_KEPT_MS,
    acknowledgedAt: null,
    acknowledgements: [],
  };
  const outcome = await deps.inbox.insert(message, MAX_OPEN_MESSAGES);
  if (outcome.type === 'full') return null;
  await deps.events.publish([postedEvent(message, timer, createdAt)]);
  return outcome.type === 'inserted' ? { message, isNew: true } : { message: outcome.existing, isNew: false };
}

/**
 * Whether a message was posted, so that its escalation is not made anew: made before it, that may have run and be gone by now.
 */
export async function isPosted({ inbox }: Deps, teamId: string, messageId: string): Promise<boolean> {
  return (await inbox.get({ teamId, messageId })) !== null;
}

/** Why an inbox takes no more. */
export function fullInbox(agentId: string | null): string {
  const whose = agentId === null ? 'of the team' : `of ${agentId}`;
  return `${MAX_OPEN_MESSAGES} messages wait in the inbox ${whose} to be acknowledged; it takes no more`;
}
