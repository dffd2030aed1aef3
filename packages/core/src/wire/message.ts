import type * as wire from '@minoots/contract';
import type { Acknowledgement, Message, MessageOrigin } from '../domain/message/state.ts';
import { toInstant } from './timer.ts';

/** A message as the API shows it. */
export function toWireMessage(message: Message): wire.Message {
  return {
    id: message.id,
    to_agent: message.toAgent,
    text: message.text,
    data: message.data,
    from: toWireOrigin(message.from),
    created_at: toInstant(message.createdAt),
    expires_at: toInstant(message.expiresAt),
    ack_by: toInstant(message.ackBy),
    escalation_timer_id: message.escalationId,
    acknowledged_at: toInstant(message.acknowledgedAt),
    acknowledgements: message.acknowledgements.map(toWireAcknowledgement),
  };
}

function toWireOrigin(from: MessageOrigin): wire.MessageOrigin {
  if (from.type === 'principal') return from;
  const { type, timerId, timerName, deliveryId } = from;
  return { type, timer_id: timerId, timer_name: timerName, delivery_id: deliveryId };
}

function toWireAcknowledgement({ agentId, by, at, note }: Acknowledgement): wire.Acknowledgement {
  return { agent_id: agentId, by, at: toInstant(at), note };
}
