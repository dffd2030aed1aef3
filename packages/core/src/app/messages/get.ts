import type { Message } from '../../domain/message/state.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { messageNotFound } from '../errors.ts';

/** Reads a message. Another team's is not found, nor one that has expired. */
export async function getMessage(
  { inbox, clock }: Deps,
  { principal: { teamId } }: RequestContext,
  messageId: string,
): Promise<Message> {
  const message = await inbox.get({ teamId, messageId });
  if (message === null || message.expiresAt <= clock.now()) throw messageNotFound(messageId);
  return message;
}
