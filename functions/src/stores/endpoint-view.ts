import type { EndpointStatus } from '@minoots/core';
import type { CollectionReference } from 'firebase-admin/firestore';
import { onFirestore } from './on-firestore.ts';

/** How long the view is taken for true unless told, in ms: for so long what another instance has changed may not show. */
export const VIEW_MS = 30_000;
/** Most endpoints of each kind that the view holds, in bounds of memory and reads. */
const MAX_PAUSED = 2_000;
const MAX_FAILING = 1_000;

type Statuses = Map<string, EndpointStatus>;

export interface EndpointViewOptions {
  endpoints: CollectionReference;
  /** Real time in ms. */
  elapsed: () => number;
  /** How long the view is taken for true, in ms of real time. */
  viewMs: number;
}

/**
 * How all endpoints stand that are not well, by document id, as one instance knows it: read at most every 30 s, and only
 * while somebody asks. Of more endpoints than it holds those show that are paused, and of the failing ones those that have
 * failed most often. The others count as well: attempts are made as ever, and their successes are not noticed.
 */
export class EndpointView {
  readonly #endpoints: CollectionReference;
  readonly #elapsed: () => number;
  readonly #viewMs: number;
  #statuses: Promise<Statuses> | null = null;
  #until = 0;
  /** What this instance has changed since the reading began that `#statuses` comes of; null: removed. */
  #changed = new Map<string, EndpointStatus | null>();

  constructor({ endpoints, elapsed, viewMs }: EndpointViewOptions) {
    this.#endpoints = endpoints;
    this.#elapsed = elapsed;
    this.#viewMs = viewMs;
  }

  async statusOf(id: string): Promise<EndpointStatus | null> {
    const statuses = await this.#fresh();
    const changed = this.#changed.get(id);
    return changed === undefined ? (statuses.get(id) ?? null) : changed;
  }

  /** Takes note of what this instance has changed. @param status null: it was removed */
  note(id: string, status: EndpointStatus | null): void {
    this.#changed.set(id, status);
    // A process that changes much and asks nothing reads anew once it does.
    if (this.#changed.size <= MAX_PAUSED + MAX_FAILING) return;
    this.#changed = new Map();
    this.#statuses = null;
  }

  #fresh(): Promise<Statuses> {
    if (this.#statuses !== null && this.#elapsed() < this.#until) return this.#statuses;
    this.#changed = new Map();
    this.#until = this.#elapsed() + this.#viewMs;
    const statuses = this.#read();
    this.#statuses = statuses;
    statuses.catch(() => {
      if (this.#statuses === statuses) this.#statuses = null;
    });
    return statuses;
  }

  async #read(): Promise<Statuses> {
    const paused = this.#endpoints.where('status', '==', 'paused').limit(MAX_PAUSED);
    const failing = this.#endpoints
      .where('status', '==', 'failing')
      .orderBy('failures', 'desc')
      .limit(MAX_FAILING);
    const found = await onFirestore(() =>
      Promise.all([paused.select('status').get(), failing.select('status').get()]),
    );
    return new Map(found.flatMap(({ docs }) => docs.map((doc) => [doc.id, doc.get('status')] as const)));
  }
}
