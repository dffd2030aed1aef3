import type { google } from '@google-cloud/firestore-api/protos';
import type { Database } from './database.ts';
import { toServiceError } from './faults.ts';
import type { Meter } from './meter.ts';
import { collectionOf, idOf } from './resource-name.ts';

type Send = (response: google.firestore.v1.IListenResponse) => void;

interface View {
  documents: google.firestore.v1.IDocument[];
  readTime: google.protobuf.ITimestamp;
}

/**
 * One target of a Listen stream. After each commit that may concern it, it looks again and sends what is different;
 * commits that come while it looks are taken together.
 */
export class ListenTarget {
  readonly #database: Database;
  readonly #target: google.firestore.v1.ITarget;
  readonly #targetIds: number[];
  readonly #send: Send;
  readonly #meter: Meter;
  readonly #unwatch: () => void;
  /** The update time of each document that the client has, by name. */
  readonly #known = new Map<string, string>();
  #isCurrent = false;
  #isStale = false;
  #isLooking = false;
  #isStopped = false;

  constructor(database: Database, target: google.firestore.v1.ITarget, send: Send, meter: Meter) {
    this.#database = database;
    this.#target = target;
    this.#targetIds = [target.targetId ?? 0];
    this.#send = send;
    this.#meter = meter;
    if (target.query?.structuredQuery) meter.query(target.query.structuredQuery);
    this.#sendTarget('ADD');
    // A client that comes back keeps what it had, and may have missed that documents went.
    this.#sendTarget('RESET');
    this.#unwatch = database.watch((names) => {
      if (this.#concerns(names)) this.#wake();
    });
    this.#wake();
  }

  /** Sends nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#unwatch();
  }

  #wake(): void {
    this.#isStale = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#lookWhileStale().catch((error: unknown) => this.#fail(error));
  }

  async #lookWhileStale(): Promise<void> {
    while (this.#isStale && !this.#isStopped) {
      this.#isStale = false;
      const view = await this.#look();
      const left = await this.#leaving(view);
      if (!this.#isStopped) this.#tell(view, left);
    }
    this.#isLooking = false;
  }

  async #look(): Promise<View> {
    const { query, documents } = this.#target;
    if (query) return this.#database.query(query);
    const answers = await this.#database.get(documents?.documents ?? []);
    return { documents: answers.flatMap(({ found }) => found ?? []), readTime: answers[0]?.readTime ?? {} };
  }

  /** The documents that the client has and the target no longer does; whether they exist decides the bill. */
  async #leaving({ documents }: View): Promise<google.firestore.v1.IBatchGetDocumentsResponse[]> {
    const names = new Set(documents.map(({ name }) => name));
    return this.#database.get([...this.#known.keys()].filter((name) => !names.has(name)));
  }

  #tell({ documents, readTime }: View, left: google.firestore.v1.IBatchGetDocumentsResponse[]): void {
    let messages = 0;
    for (const { found, missing } of left) {
      const document = found?.name ?? missing ?? '';
      this.#known.delete(document);
      const removed = { document, removedTargetIds: this.#targetIds, readTime };
      this.#send(found ? { documentRemove: removed } : { documentDelete: removed });
      if (found) this.#bill();
      messages += 1;
    }
    for (const document of documents) {
      const name = document.name ?? '';
      const version = JSON.stringify(document.updateTime);
      if (this.#known.get(name) === version) continue;
      this.#known.set(name, version);
      this.#send({ documentChange: { document, targetIds: this.#targetIds } });
      this.#bill();
      messages += 1;
    }
    if (!this.#isCurrent) {
      if (messages === 0) this.#bill();
      this.#isCurrent = true;
      this.#sendTarget('CURRENT', readTime);
    } else if (messages === 0) return;
    this.#send({ targetChange: { targetChangeType: 'NO_CHANGE', readTime } });
  }

  #concerns(names: ReadonlySet<string> | null): boolean {
    if (!names) return true;
    const { query, documents } = this.#target;
    if (!query) return (documents?.documents ?? []).some((name) => names.has(name));
    const { collectionId, allDescendants } = query.structuredQuery?.from?.[0] ?? {};
    return [...names].map(collectionOf).some((collection) => {
      if (!allDescendants) return collection === `${query.parent}/${collectionId}`;
      return (
        collection.startsWith(`${query.parent}/`) && (!collectionId || idOf(collection) === collectionId)
      );
    });
  }

  #sendTarget(targetChangeType: 'ADD' | 'RESET' | 'CURRENT', readTime?: google.protobuf.ITimestamp): void {
    this.#send({
      targetChange: { targetChangeType, targetIds: this.#targetIds, ...(readTime && { readTime }) },
    });
  }

  #fail(error: unknown): void {
    if (this.#isStopped) return;
    this.stop();
    const { code, details } = toServiceError(error);
    const cause = { code, message: details };
    this.#send({ targetChange: { targetChangeType: 'REMOVE', targetIds: this.#targetIds, cause } });
  }

  #bill(): void {
    const { query, documents } = this.#target;
    const id = query?.structuredQuery?.from?.[0]?.collectionId;
    this.#meter.read(id ?? idOf(collectionOf(documents?.documents?.[0] ?? '')));
  }
}
