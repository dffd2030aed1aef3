import type { JsonObject } from '@minoots/contract';

/** Who posted a message. */
export type MessageOrigin =
  | { type: 'timer'; timerId: string; timerName: string; deliveryId: string }
  | { type: 'principal'; id: string };

/** That a message has been taken notice of: by an agent, or for the whole team (`agentId` null). `at` in epoch ms. */
export interface Acknowledgement {
  agentId: string | null;
  /** Id of the principal that asked for it. */
  by: string;
  at: number;
  note: string | null;
}

/** A message in an inbox. Instants are epoch ms. */
export interface Message {
  id: string;
  teamId: string;
  /** Null: to the whole team. */
  toAgent: string | null;
  text: string;
  data: JsonObject | null;
  from: MessageOrigin;
  createdAt: number;
  expiresAt: number;
  /** When it escalates unless it is acknowledged; null: never. */
  ackBy: number | null;
  /** The timer that waits for the acknowledgement; null without `ackBy`. */
  escalationId: string | null;
  /** When its agent acknowledged it or, of one to the team, when that was done for all. */
  acknowledgedAt: number | null;
  /** In their order; of one to the team, the agents' up to a limit. */
  acknowledgements: Acknowledgement[];
}
