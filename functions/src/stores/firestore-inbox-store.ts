import {
  type Acknowledged,
  type Acknowledgement,
  acknowledge,
  type InboxFilter,
  type InboxKey,
  type InboxPage,
  type InboxStore,
  type InboxWatch,
  isIn,
  type Logger,
  type Message,
  type MessageInsert,
  type MessageKey,
} from '@minoots/core';
import {
  type CollectionReference,
  type DocumentReference,
  type Firestore,
  GrpcStatus,
} from 'firebase-admin/firestore';
import { isAcknowledged, withAcknowledged } from './broadcast-ledger.ts';
import { documentId, MESSAGES } from './collections.ts';
import { unless } from './grpc-status.ts';
import { listInbox } from './inbox-list.ts';
import { InboxListener } from './inbox-listener.ts';
import { Ledgers } from './ledgers.ts';
import { decodeMessage, encodeAcknowledged, encodeMessage, inboxTerm, placeOf } from './message-document.ts';
import { onFirestore } from './on-firestore.ts';
import { inTransaction } from './transactions.ts';

export interface FirestoreInboxStoreOptions {
  firestore: Firestore;
  logger: Logger;
  /** The real time in epoch ms, whatever the engine's clock says. */
  now?: () => number;
}

/**
 * Inboxes in Firestore, a document per message. What an agent has acknowledged of the messages to its team stands in a ledger
 * of its own: they are many times as many as the agents have to read again, and no query leaves them out.
 */
export class FirestoreInboxStore implements InboxStore {
  readonly #firestore: Firestore;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #messages: CollectionReference;
  readonly #ledgers: Ledgers;
  readonly #listeners = new Set<InboxListener>();
  #closed = false;

  constructor({ firestore, logger, now = Date.now }: FirestoreInboxStoreOptions) {
    this.#firestore = firestore;
    this.#logger = logger;
    this.#now = now;
    this.#messages = firestore.collection(MESSAGES);
    this.#ledgers = new Ledgers(firestore);
  }

  /** One read for each thousand that wait, at least one, and one write. */
  async insert(message: Message, limit: number): Promise<MessageInsert> {
    const { teamId, id: messageId, toAgent } = message;
    const ref = this.#refOf({ teamId, messageId });
    const waiting = this.#messages.where('waitsIn', '==', inboxTerm(teamId, toAgent)).limit(limit).count();
    const isFull = (await onFirestore(() => waiting.get())).data().count >= limit;
    if (!isFull) {
      const create = () => unless([GrpcStatus.ALREADY_EXISTS], ref.create(encodeMessage(message, ref.id)));
      if ((await onFirestore(create)) !== null) return { type: 'inserted' };
    }
    const existing = await this.get({ teamId, messageId });
    return existing === null ? { type: 'full' } : { type: 'exists', existing };
  }

  /** One read. */
  async get(key: MessageKey): Promise<Message | null> {
    return decodeMessage(await onFirestore(() => this.#refOf(key).get()));
  }

  /** As many reads as messages and one, and those of the messages to the team that the agent acknowledged of late. */
  list(inbox: InboxKey, filter: InboxFilter): Promise<InboxPage> {
    return onFirestore(() =>
      listInbox({ messages: this.#messages, ledgers: this.#ledgers, now: this.#now }, inbox, filter),
    );
  }

  /** One read and one write; of a message to the team by an agent two each. */
  acknowledge(key: MessageKey, acknowledgement: Acknowledgement): Promise<Acknowledged | null> {
    const { agentId, at } = acknowledgement;
    const ref = this.#refOf(key);
    const acknowledged = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const document = await transaction.get(ref);
        const current = decodeMessage(document);
        if (current === null || !isIn(current, agentId) || current.expiresAt <= at) return null;
        const hasLedger = current.toAgent === null && agentId !== null;
        const kept = hasLedger ? await this.#ledgers.read({ ...key, agentId }, transaction) : null;
        const place = placeOf(document);
        const hasBefore = kept !== null && isAcknowledged(kept.ledger, place);
        if (current.acknowledgedAt !== null || hasBefore) return { message: current, isNew: false };
        const message = acknowledge(current, acknowledgement, hasBefore);
        if (message !== current) transaction.update(ref, encodeAcknowledged(message));
        if (kept !== null) this.#ledgers.write(transaction, kept, withAcknowledged(kept.ledger, place), at);
        return { message, isNew: true };
      });
    return onFirestore(acknowledged);
  }

  /** One read for each message of the last minute that waits there, and for each that comes in. */
  async watch({ teamId, agentId }: InboxKey): Promise<InboxWatch> {
    const inboxes = [inboxTerm(teamId, null), ...(agentId === null ? [] : [inboxTerm(teamId, agentId)])];
    const listener = new InboxListener({
      messages: this.#messages,
      inboxes,
      onClose: () => this.#listeners.delete(listener),
      fail: (err) => this.#logger.warn({ err, teamId }, 'a wait for messages ended early'),
    });
    this.#listeners.add(listener);
    if (this.#closed) listener.close();
    else await listener.begin();
    return listener;
  }

  /** Ends every watch, those to come included. */
  close(): void {
    this.#closed = true;
    for (const listener of [...this.#listeners]) listener.close();
  }

  #refOf({ teamId, messageId }: MessageKey): DocumentReference {
    return this.#messages.doc(documentId(teamId, messageId));
  }
}
