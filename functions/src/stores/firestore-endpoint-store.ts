import { randomUUID } from 'node:crypto';
import {
  type Endpoint,
  type EndpointDecision,
  type EndpointFilter,
  type EndpointKey,
  type EndpointPage,
  type EndpointStatus,
  type EndpointStore,
  InvalidPosition,
  type LookPage,
  type LookRange,
  lookAt,
} from '@minoots/core';
import {
  type CollectionReference,
  type DocumentData,
  type DocumentReference,
  FieldPath,
  type Firestore,
} from 'firebase-admin/firestore';
import { documentId, ENDPOINTS, QUERIED_SHARDS, shardOf } from './collections.ts';
import { EndpointView, VIEW_MS } from './endpoint-view.ts';
import { GroupedUpdates } from './grouped-updates.ts';
import { onFirestore } from './on-firestore.ts';
import { positionOf, readPosition } from './timer-position.ts';
import { inTransaction } from './transactions.ts';

export interface FirestoreEndpointStoreOptions {
  /** Real time in ms; the process's own unless told. */
  elapsed?: () => number;
  /** How late a glance may be for what another instance has changed, in ms of real time; 30 s unless told. */
  viewMs?: number;
}

/**
 * What is known of endpoints, a document each: the aggregate as JSON text in `endpoint`, and beside it what queries need.
 * Updates of one endpoint that come while one is under way share the next transaction, since an endpoint that is down
 * fails many attempts at a time and a document takes about one write a second for long.
 */
export class FirestoreEndpointStore implements EndpointStore {
  readonly #firestore: Firestore;
  readonly #endpoints: CollectionReference;
  readonly #view: EndpointView;
  readonly #updates = new GroupedUpdates<Endpoint>();

  constructor(
    firestore: Firestore,
    { elapsed = () => performance.now(), viewMs = VIEW_MS }: FirestoreEndpointStoreOptions = {},
  ) {
    this.#firestore = firestore;
    this.#endpoints = firestore.collection(ENDPOINTS);
    this.#view = new EndpointView({ endpoints: this.#endpoints, elapsed, viewMs });
  }

  /** Up to 30 s late for what another instance has changed. Two queries every 30 s, whatever is asked meanwhile. */
  glance(key: EndpointKey): Promise<EndpointStatus | null> {
    return this.#view.statusOf(this.#refOf(key).id);
  }

  /** One read, and one write where something changes; both shared with other updates of the time. */
  update<R>(key: EndpointKey, decide: (endpoint: Endpoint | null) => EndpointDecision<R>): Promise<R> {
    const ref = this.#refOf(key);
    return this.#updates.run(ref.id, decide, (decideAll) => this.#change(ref, decideAll));
  }

  async get(key: EndpointKey): Promise<Endpoint | null> {
    const data = (await onFirestore(() => this.#refOf(key).get())).data();
    return data === undefined ? null : decode(data);
  }

  /** As many reads as `limit`, and one. */
  async list(
    teamId: string,
    { status }: EndpointFilter,
    limit: number,
    after?: string,
  ): Promise<EndpointPage> {
    if (after !== undefined && !/^[A-Za-z0-9~-]{43}$/.test(after))
      throw new InvalidPosition(`${after} is not a position in the endpoints`);
    const ofTeam = this.#endpoints.where('teamId', '==', teamId);
    const chosen = status === undefined ? ofTeam : ofTeam.where('status', '==', status);
    const ordered = chosen.orderBy(FieldPath.documentId());
    const query = after === undefined ? ordered : ordered.startAfter(after);
    const { docs } = await onFirestore(() => query.limit(limit + 1).get());
    const page = docs.slice(0, limit);
    return {
      endpoints: page.map((doc) => decode(doc.data())),
      next: docs.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  /** Two queries, of which each reads up to a page. */
  async listToLookAt({ until, limit, after }: LookRange): Promise<LookPage> {
    const position = after === null ? null : readPosition(after);
    const parts = await Promise.all(
      QUERIED_SHARDS.map(async (shards) => {
        const ordered = this.#endpoints
          .where('shard', 'in', shards)
          .where('lookAt', '<=', until)
          .orderBy('lookAt')
          .orderBy(FieldPath.documentId())
          .select('teamId', 'id', 'lookAt');
        const query = position === null ? ordered : ordered.startAfter(position.at, position.id);
        const { docs } = await onFirestore(() => query.limit(limit).get());
        return docs.map((doc) => ({
          id: doc.id,
          at: Number(doc.get('lookAt')),
          key: { teamId: String(doc.get('teamId')), endpointId: String(doc.get('id')) },
        }));
      }),
    );
    const page = parts
      .flat()
      .sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))
      .slice(0, limit);
    const last = page.at(-1);
    return {
      keys: page.map(({ key }) => key),
      next: last === undefined || page.length < limit ? null : positionOf(last),
    };
  }

  async #change(
    ref: DocumentReference,
    decideAll: (endpoint: Endpoint | null) => Endpoint | null,
  ): Promise<void> {
    const changeId = randomUUID();
    const changed = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const data = (await transaction.get(ref)).data();
        const before = data === undefined ? null : decode(data);
        // An attempt before this one was committed and its answer got lost: nothing counts twice.
        if (data?.changeId === changeId) return before;
        const after = decideAll(before);
        if (after === before) return after;
        if (after === null) transaction.delete(ref);
        else transaction.set(ref, { ...encode(ref, after), changeId });
        return after;
      });
    const after = await onFirestore(changed);
    this.#view.note(ref.id, after?.status ?? null);
  }

  #refOf({ teamId, endpointId }: EndpointKey): DocumentReference {
    return this.#endpoints.doc(documentId(teamId, endpointId));
  }
}

function encode({ id }: DocumentReference, endpoint: Endpoint): DocumentData {
  return {
    teamId: endpoint.teamId,
    id: endpoint.id,
    shard: shardOf(id),
    status: endpoint.status,
    failures: endpoint.failures?.count ?? 0,
    lookAt: lookAt(endpoint),
    endpoint: JSON.stringify(endpoint),
  };
}

/** Documents are written by this store alone. */
function decode(data: DocumentData): Endpoint {
  return JSON.parse(data.endpoint);
}
