import type { Acknowledgement, Message } from './state.ts';

/** Acknowledgements of agents that a message to the team holds. All of them count. */
export const MAX_SHOWN_ACKNOWLEDGEMENTS = 100;

/** Whether a message is in the inbox of an agent, or in that of the team (null), acknowledged or not. */
export function isIn(message: Pick<Message, 'toAgent'>, agentId: string | null): boolean {
  return message.toAgent === null || message.toAgent === agentId;
}

/**
 * A message after an acknowledgement: the very same where that is a repeat.
 * @param hasBefore whether the agent acknowledged this message to the team before
 */
export function acknowledge(message: Message, acknowledgement: Acknowledgement, hasBefore: boolean): Message {
  const { agentId, at } = acknowledgement;
  const settles = message.toAgent === agentId;
  if (message.acknowledgedAt !== null || (hasBefore && !settles)) return message;
  const isShown = settles || message.acknowledgements.length < MAX_SHOWN_ACKNOWLEDGEMENTS;
  return {
    ...message,
    acknowledgedAt: settles ? at : null,
    acknowledgements: isShown ? [...message.acknowledgements, acknowledgement] : message.acknowledgements,
  };
}
