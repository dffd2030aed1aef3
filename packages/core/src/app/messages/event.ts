import type { JsonObject } from '@minoots/contract';
import type { Acknowledgement, Message } from '../../domain/message/state.ts';
import type { Timer } from '../../domain/timer/state.ts';
import type { NewEvent } from '../../ports/event-feed.ts';
import { toInstant } from '../../wire/timer.ts';

/** The stream event of a message that was posted. @param timer whose action that was; null for a client's own */
export function postedEvent(message: Message, timer: Timer | null, at: number): NewEvent {
  const data: JsonObject = { message_id: message.id, text: message.text, to_agent: message.toAgent };
  return {
    ...about(message),
    type: 'message.posted',
    at: toInstant(at),
    agent_id: timer === null ? message.toAgent : timer.agentId,
    status: timer?.status ?? null,
    message: message.text,
    data,
  };
}

/** The stream event of an acknowledgement. */
export function acknowledgedEvent(message: Message, acknowledgement: Acknowledgement): NewEvent {
  const { agentId, by, at, note } = acknowledgement;
  return {
    ...about(message),
    type: 'message.acknowledged',
    at: toInstant(at),
    agent_id: agentId,
    status: null,
    message: `Acknowledged ${agentId === null ? 'for the team' : `by ${agentId}`}`,
    data: { message_id: message.id, to_agent: message.toAgent, by, note },
  };
}

function about({ teamId, from }: Message): Pick<NewEvent, 'teamId' | 'isLogged' | 'timer_id' | 'timer_name'> {
  const isTimer = from.type === 'timer';
  return {
    teamId,
    isLogged: false,
    timer_id: isTimer ? from.timerId : null,
    timer_name: isTimer ? from.timerName : null,
  };
}
