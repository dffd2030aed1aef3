import type { Acknowledgement, Message } from '../domain/message/state.ts';

/** An inbox: an agent's, or that of the team itself (`agentId` null). */
export interface InboxKey {
  teamId: string;
  agentId: string | null;
}

export interface MessageKey {
  teamId: string;
  messageId: string;
}

/** What came of an insert: the message is stored now, was before (as it is by now), or has no room. */
export type MessageInsert = { type: 'inserted' } | { type: 'exists'; existing: Message } | { type: 'full' };

export interface InboxPage {
  messages: Message[];
  /** Where the next page starts; null after the last. Meaningful to this store and this inbox only. */
  next: string | null;
}

export interface InboxFilter {
  /** Whether those that are acknowledged are there, too. */
  all: boolean;
  /** Those that have expired by this instant, epoch ms, are not there. */
  now: number;
  limit: number;
  /** `next` of the page before. */
  after?: string | undefined;
}

/** What came of an acknowledgement: the message after it, and whether it was the first of its inbox. */
export interface Acknowledged {
  message: Message;
  isNew: boolean;
}

/** Tells when something comes in. */
export interface InboxWatch {
  /** Yields after messages came in. Ends on `close`, with the store, and when it can tell no longer. */
  arrivals: AsyncIterable<void>;
  close(): void;
}

/**
 * The messages of each team. One to an agent is in its inbox until it acknowledges it. One to the team is in the inbox of the
 * team until it is acknowledged there, and until then in the inbox of each agent that has not acknowledged it.
 */
export interface InboxStore {
  /**
   * Adds a message unless there is one of its id. Durable once resolved. Where so many wait in its own inbox as `limit`
   * says it is not added; inserts at the same moment may all take the last place, and expired ones may count for days.
   */
  insert(message: Message, limit: number): Promise<MessageInsert>;
  get(key: MessageKey): Promise<Message | null>;
  /** A part of an inbox in the order in which it came in. @throws InvalidPosition */
  list(inbox: InboxKey, filter: InboxFilter): Promise<InboxPage>;
  /**
   * Acknowledges a message in the inbox that the acknowledgement names; a repeat changes nothing. Durable once resolved.
   * Null when there is no such message in that inbox.
   */
  acknowledge(key: MessageKey, acknowledgement: Acknowledgement): Promise<Acknowledged | null>;
  /** Resolves once it has begun: what comes in from then on is told. */
  watch(inbox: InboxKey): Promise<InboxWatch>;
}
