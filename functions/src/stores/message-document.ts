import type { Message } from '@minoots/core';
import { type DocumentData, type DocumentSnapshot, FieldValue, Timestamp } from 'firebase-admin/firestore';
import { documentId, shardOf } from './collections.ts';
import { commitPositionOf } from './timer-position.ts';

/**
 * A message as a new document: itself as JSON text in `message`, and beside it what queries need. `inbox` is where it came in
 * and `waitsIn` the same until it is acknowledged; then that is absent, so that its index holds what waits alone.
 * `insertedAt` is the order of an inbox, since the clocks of instances differ.
 */
export function encodeMessage(message: Message, id: string): DocumentData {
  const inbox = inboxTerm(message.teamId, message.toAgent);
  return {
    teamId: message.teamId,
    shard: shardOf(id),
    inbox,
    waitsIn: inbox,
    insertedAt: FieldValue.serverTimestamp(),
    expireAt: Timestamp.fromMillis(message.expiresAt),
    message: JSON.stringify(message),
  };
}

/** The fields of a message's document that an acknowledgement changes. */
export function encodeAcknowledged(message: Message): DocumentData {
  const changed = { message: JSON.stringify(message) };
  return message.acknowledgedAt === null ? changed : { ...changed, waitsIn: FieldValue.delete() };
}

/** The message in a document; null where there is none. Documents are written by the store alone. */
export function decodeMessage(document: DocumentSnapshot): Message | null {
  return document.exists ? JSON.parse(document.get('message')) : null;
}

/** How queries name an inbox, the team's where no agent is given. Hashed, since agents' names may come in order. */
export function inboxTerm(teamId: string, agentId: string | null): string {
  return agentId === null ? documentId(teamId) : documentId(teamId, agentId);
}

/** The place of a message in the order of its inbox. */
export function placeOf(document: DocumentSnapshot): string {
  return commitPositionOf({ at: document.get('insertedAt'), id: document.id });
}
