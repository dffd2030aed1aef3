import { type CollectionReference, type Firestore, Timestamp } from 'firebase-admin/firestore';
import { documentId, RATES, shardOf } from '../stores/collections.ts';
import { onFirestore } from '../stores/on-firestore.ts';
import { inTransaction } from '../stores/transactions.ts';

/** What an instance wants of a pool. */
export interface Draw {
  caller: string;
  /** When the window is over, epoch ms. */
  endsAt: number;
  wanted: number;
  /** Requests that the pool begins with. */
  size: number;
}

/** Requests of a window that no instance may give by itself. */
export interface RatePool {
  /** Takes as much as is wanted, or what is left. @returns how much, and what all instances have drawn so far */
  draw(draw: Draw): Promise<{ granted: number; drawn: number }>;
}

/**
 * Pools in Firestore: `rates/{caller}`, one document, which begins anew with each window in which something is drawn. One
 * read, and one write where something is left.
 */
export class FirestoreRatePool implements RatePool {
  readonly #firestore: Firestore;
  readonly #rates: CollectionReference;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#rates = firestore.collection(RATES);
  }

  draw({ caller, endsAt, wanted, size }: Draw): Promise<{ granted: number; drawn: number }> {
    const ref = this.#rates.doc(documentId(caller));
    const drawing = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const held = (await transaction.get(ref)).data();
        // The clock of another instance may be ahead by a moment: its window is not begun again.
        const current = Math.max(endsAt, Number(held?.endsAt ?? 0));
        const before = held?.endsAt === current ? Number(held.drawn) : 0;
        const granted = Math.min(wanted, Math.max(0, size - before));
        const drawn = before + granted;
        if (granted > 0) {
          const expireAt = Timestamp.fromMillis(current);
          transaction.set(ref, { shard: shardOf(ref.id), expireAt, endsAt: current, drawn });
        }
        return { granted, drawn };
      });
    return onFirestore(drawing);
  }
}
