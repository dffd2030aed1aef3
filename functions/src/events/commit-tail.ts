import type { TimerEvent } from '@minoots/contract';
import { type Query, type QuerySnapshot, Timestamp } from 'firebase-admin/firestore';
import { eventsIn } from './event-document.ts';
import { comparePositions, type EventPosition, positionAfter } from './event-position.ts';

/**
 * How far `changedAt` may lie before the commit that it came with, in ms: Firestore sets it when the request arrives, so
 * documents are looked for from that much earlier on. Their exact commit instants then tell which of them are new.
 */
const OVERLAP_MS = 10_000;
/** Documents that a listener may hold in memory; it keeps all that ever changed under it. */
const MAX_HELD = 1_000;
/** A listener younger than this, in ms, is not replaced: it would read the overlap again and again. */
const MIN_AGE_MS = 4 * OVERLAP_MS;
const BEGIN_TIMEOUT_MS = 10_000;

export interface CommitTailOptions {
  /** The documents to follow: timers, and events that no timer holds. */
  documents: Query;
  /** Tells what comes after this; null begins with the first commit after the tail has. */
  after: EventPosition | null;
  /** The real time, in epoch ms. */
  now: () => number;
  tell(event: TimerEvent): void;
  /** Called once when the tail can follow no longer. It has stopped by then. */
  fail(error: unknown): void;
}

/**
 * Tells the events of documents in the order of their commits, each once. Exact because each snapshot of a listener holds
 * all that was committed up to its instant: what a later snapshot brings was committed after everything told so far.
 */
export class CommitTail {
  readonly #options: CommitTailOptions;
  readonly #begun = Promise.withResolvers<void>();
  #last: EventPosition | null;
  #stopListening: () => void = () => {};
  #stopped = false;

  constructor(options: CommitTailOptions) {
    this.#options = options;
    this.#last = options.after;
  }

  /** Resolves once what happens from now on is told, or when stopped before; rejects where `fail` is called before. */
  async begin(): Promise<void> {
    const deadline = setTimeout(
      () => this.#fail(new Error('Firestore has not answered a listener')),
      BEGIN_TIMEOUT_MS,
    );
    this.#listen((this.#last?.committedAt.toMillis() ?? this.#options.now()) - OVERLAP_MS);
    try {
      await this.#begun.promise;
    } finally {
      clearTimeout(deadline);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening();
    this.#begun.resolve();
  }

  #listen(since: number): void {
    this.#stopListening = this.#options.documents
      .where('changedAt', '>=', Timestamp.fromMillis(since))
      .orderBy('changedAt')
      .onSnapshot(
        (snapshot) => this.#take(snapshot, since),
        (error) => this.#fail(error),
      );
  }

  #take(snapshot: QuerySnapshot, since: number): void {
    try {
      this.#tellNew(snapshot);
    } catch (error) {
      this.#fail(error);
    }
    if (this.#stopped) return;
    this.#begun.resolve();
    const readAt = snapshot.readTime.toMillis();
    const isTooLate = since > readAt - OVERLAP_MS / 2;
    const isLarge = snapshot.size > MAX_HELD && readAt - since > MIN_AGE_MS;
    if (!isTooLate && !isLarge) return;
    this.#stopListening();
    this.#listen(readAt - OVERLAP_MS);
  }

  #tellNew(snapshot: QuerySnapshot): void {
    const last = this.#last ?? positionAfter(snapshot.readTime);
    const placed = snapshot
      .docChanges()
      .filter(({ type, doc }) => type !== 'removed' && doc.updateTime >= last.committedAt)
      .flatMap(({ doc }) => eventsIn(doc))
      .filter(({ position }) => comparePositions(position, last) > 0)
      .sort((one, other) => comparePositions(one.position, other.position));
    for (const { event } of placed) this.#options.tell(event);
    this.#last = placed.at(-1)?.position ?? last;
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.#begun.reject(error);
    this.stop();
    this.#options.fail(error);
  }
}
