import { Bell, type InboxWatch, StorageUnavailable } from '@minoots/core';
import { type CollectionReference, type QuerySnapshot, Timestamp } from 'firebase-admin/firestore';

/** How far this instance's clock may be ahead of Firestore's, in ms. */
const CLOCK_TOLERANCE_MS = 60_000;
const BEGIN_TIMEOUT_MS = 10_000;

export interface InboxListenerOptions {
  messages: CollectionReference;
  /** As `inboxTerm` names them. */
  inboxes: readonly string[];
  onClose: () => void;
  /** Called when Firestore ends the listening. */
  fail: (error: unknown) => void;
}

/** Listens to what comes into some inboxes. */
export class InboxListener implements InboxWatch {
  readonly arrivals = new Bell();
  readonly #options: InboxListenerOptions;
  readonly #begun = Promise.withResolvers<void>();
  #stop: () => void = () => {};

  constructor(options: InboxListenerOptions) {
    this.#options = options;
  }

  /** @throws StorageUnavailable */
  async begin(): Promise<void> {
    const { messages, inboxes } = this.#options;
    const deadline = setTimeout(
      () => this.#fail(new Error('Firestore has not answered a listener')),
      BEGIN_TIMEOUT_MS,
    );
    this.#stop = messages
      .where('waitsIn', 'in', inboxes)
      .where('insertedAt', '>=', Timestamp.fromMillis(Date.now() - CLOCK_TOLERANCE_MS))
      .orderBy('insertedAt')
      .onSnapshot(
        (snapshot) => this.#take(snapshot),
        (error) => this.#fail(error),
      );
    try {
      await this.#begun.promise;
    } catch (cause) {
      throw new StorageUnavailable('messages cannot be waited for at present', { cause });
    } finally {
      clearTimeout(deadline);
    }
  }

  close(): void {
    this.#stop();
    this.arrivals.close();
    this.#begun.resolve();
    this.#options.onClose();
  }

  #take(snapshot: QuerySnapshot): void {
    if (snapshot.docChanges().some(({ type }) => type === 'added')) this.arrivals.ring();
    this.#begun.resolve();
  }

  #fail(error: unknown): void {
    this.#begun.reject(error);
    this.close();
    this.#options.fail(error);
  }
}
