import { MAX_CONTEXT_BYTES, MAX_CONTEXT_KEYS } from '@minoots/contract';
import {
  type ContextEntry,
  type ContextStore,
  contextBytes,
  contextRoom,
  type PutOutcome,
} from '@minoots/core';
import {
  type CollectionReference,
  type DocumentSnapshot,
  FieldValue,
  type Firestore,
} from 'firebase-admin/firestore';
import { CONTEXT } from './collections.ts';
import { onFirestore } from './on-firestore.ts';
import { inTransaction } from './transactions.ts';

const LIMITS = { keys: MAX_CONTEXT_KEYS, bytes: MAX_CONTEXT_BYTES };

type Entries = ReadonlyMap<string, ContextEntry>;
/** What a change makes of the entries, and what it answers. Without entries nothing changes. */
type Change<R> = { entries?: Entries; result: R };

/**
 * Contexts of teams in Firestore: `context/{teamId}`, the entries as one JSON text. Judging reads one document, however
 * many facts there are, and sees all of them as of one moment; the limits hold because every change sees all of them too.
 * A document takes about one change a second for long and bursts beyond that.
 */
export class FirestoreContextStore implements ContextStore {
  readonly #firestore: Firestore;
  readonly #teams: CollectionReference;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#teams = firestore.collection(CONTEXT);
  }

  /** One read. */
  async list(teamId: string): Promise<ContextEntry[]> {
    const entries = await this.#read(teamId);
    return [...entries.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** One read. */
  async get(teamId: string, key: string): Promise<ContextEntry | null> {
    return (await this.#read(teamId)).get(key) ?? null;
  }

  /** One read, and one write where there is room. */
  put(teamId: string, entry: ContextEntry): Promise<PutOutcome> {
    return this.#change<PutOutcome>(teamId, (before) => {
      const others = [...before.values()].filter(({ key }) => key !== entry.key);
      const sizes = others.map(({ value }) => contextBytes(value));
      const result = contextRoom(sizes, contextBytes(entry.value), LIMITS);
      return result === 'stored' ? { entries: new Map(before).set(entry.key, entry), result } : { result };
    });
  }

  /** One read, and one write where there is such an entry. */
  delete(teamId: string, key: string): Promise<ContextEntry | null> {
    return this.#change<ContextEntry | null>(teamId, (before) => {
      const result = before.get(key) ?? null;
      if (result === null) return { result };
      const entries = new Map(before);
      entries.delete(key);
      return { entries, result };
    });
  }

  async #read(teamId: string): Promise<Entries> {
    return entriesOf(await onFirestore(() => this.#teams.doc(teamId).get()));
  }

  #change<R>(teamId: string, decide: (before: Entries) => Change<R>): Promise<R> {
    const document = this.#teams.doc(teamId);
    const changed = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const { entries, result } = decide(entriesOf(await transaction.get(document)));
        if (entries !== undefined) {
          const text = JSON.stringify([...entries.values()]);
          transaction.set(document, { teamId, entries: text, changedAt: FieldValue.serverTimestamp() });
        }
        return result;
      });
    return onFirestore(changed);
  }
}

/** Documents are written by this store alone. */
function entriesOf(snapshot: DocumentSnapshot): Entries {
  const entries: ContextEntry[] = snapshot.exists ? JSON.parse(snapshot.get('entries')) : [];
  return new Map(entries.map((entry) => [entry.key, entry]));
}
