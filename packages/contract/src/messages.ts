import * as z from 'zod';
import { ActionSet } from './actions.ts';
import { Cursor, DeliveryId, Duration, Instant, JsonObject, MessageId, TimerId } from './primitives.ts';
import { Limit } from './timer.ts';
import { Metadata } from './timer-fields.ts';

/** Longest text of a message, in UTF-16 units. */
export const MAX_MESSAGE_LENGTH = 4_000;
/** Most messages that wait in one inbox for their acknowledgement; the team's own inbox is one. */
export const MAX_OPEN_MESSAGES = 10_000;
/** How long a message is kept, in ms. */
export const MESSAGE_KEPT_MS = 30 * 86_400_000;
/** Longest time that may be given to acknowledge a message, in ms: it is there until then. */
export const MAX_ACK_WITHIN_MS = 29 * 86_400_000;

/** Who posted a message: the delivery of a timer's action, or a client by its key. */
export const MessageOrigin = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('timer'),
      timer_id: TimerId,
      timer_name: z.string(),
      delivery_id: DeliveryId,
    }),
    z.object({ type: z.literal('principal'), id: z.string() }),
  ])
  .meta({ id: 'MessageOrigin' });
export type MessageOrigin = z.infer<typeof MessageOrigin>;

/** That a message has been taken notice of. */
export const Acknowledgement = z
  .object({
    /** The agent in whose inbox it was; null: for the whole team. */
    agent_id: z.string().nullable(),
    /** The principal that asked for it. */
    by: z.string(),
    at: Instant,
    note: z.string().nullable(),
  })
  .meta({ id: 'Acknowledgement' });
export type Acknowledgement = z.infer<typeof Acknowledgement>;

export const Message = z
  .object({
    id: MessageId,
    /** Null: to the whole team. Such a message is in the inbox of each agent until that one acknowledges it. */
    to_agent: z.string().nullable(),
    text: z.string(),
    data: JsonObject.nullable(),
    from: MessageOrigin,
    created_at: Instant,
    /** When it is removed, acknowledged or not. */
    expires_at: Instant,
    /** When it escalates unless it is acknowledged; null unless that was asked for. */
    ack_by: Instant.nullable(),
    /** The timer that waits for the acknowledgement. */
    escalation_timer_id: TimerId.nullable(),
    /** When its agent acknowledged it or, of one to the team, when that was done for all. */
    acknowledged_at: Instant.nullable(),
    /** In their order; of a message to the team those of the first 100 agents. */
    acknowledgements: z.array(Acknowledgement),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof Message>;

/** A message after an acknowledgement. */
export const AcknowledgedMessage = Message.extend({
  /** Whether the time for that had run out, so that it had escalated by then. */
  escalated: z.boolean(),
}).meta({ id: 'AcknowledgedMessage' });
export type AcknowledgedMessage = z.infer<typeof AcknowledgedMessage>;

/** Posts a message as it is: there are no placeholders in it. */
export const SendMessageRequest = z
  .strictObject({
    text: z.string().min(1).max(MAX_MESSAGE_LENGTH),
    /** What goes with it for programs: up to 16 KiB of JSON. */
    data: Metadata.optional(),
    /** How soon it is to be acknowledged: up to 29 days. */
    ack_within: Duration.optional(),
    /** What to do when nobody has acknowledged it by then. Goes with `ack_within`. */
    escalate_to: ActionSet.optional(),
  })
  .meta({ id: 'SendMessageRequest' });
export type SendMessageRequest = z.infer<typeof SendMessageRequest>;

export const AcknowledgeRequest = z
  .strictObject({
    /** For people who look at it later. */
    note: z.string().min(1).max(1_000).optional(),
  })
  .meta({ id: 'AcknowledgeRequest' });
export type AcknowledgeRequest = z.infer<typeof AcknowledgeRequest>;

const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .meta({ override: { type: 'boolean' } });

/** Query of an inbox, oldest message first. */
export const InboxQuery = z.strictObject({
  /** How long to wait for a message when there is none: text or milliseconds, up to 30 s. Not at all unless told. */
  wait: z.string().max(64).optional(),
  /** Whether those that are acknowledged are listed, too. */
  all: flag.optional(),
  limit: Limit,
  cursor: Cursor.optional(),
});
export type InboxQuery = z.infer<typeof InboxQuery>;

export const MessagePage = z
  .object({ data: z.array(Message), next_cursor: z.string().nullable() })
  .meta({ id: 'MessagePage' });
export type MessagePage = z.infer<typeof MessagePage>;
