import { MESSAGE_KEPT_MS } from '@minoots/contract';
import type { InboxKey } from '@minoots/core';
import {
  type CollectionReference,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  Timestamp,
  type Transaction,
} from 'firebase-admin/firestore';
import { EMPTY_LEDGER, type Ledger } from './broadcast-ledger.ts';
import { documentId, LEDGERS, shardOf } from './collections.ts';
import { CHANGED, unless } from './grpc-status.ts';

/** A ledger as it was read. */
export interface KeptLedger {
  ledger: Ledger;
  teamId: string;
  ref: DocumentReference;
  /** Absent where there is none yet. */
  version: Timestamp | undefined;
}

/**
 * The ledgers of agents, a document each, with the ledger as JSON text. Without an acknowledgement for as long as messages
 * are kept a ledger tells of nothing any more, and may go.
 */
export class Ledgers {
  readonly #ledgers: CollectionReference;

  constructor(firestore: Firestore) {
    this.#ledgers = firestore.collection(LEDGERS);
  }

  /** One read. */
  async read({ teamId, agentId }: InboxKey, transaction?: Transaction): Promise<KeptLedger> {
    const ref = this.#ledgers.doc(documentId(teamId, agentId ?? ''));
    const document = transaction === undefined ? await ref.get() : await transaction.get(ref);
    return { ledger: decode(document), teamId, ref, version: document.updateTime };
  }

  /** @param at of the acknowledgement, epoch ms */
  write(transaction: Transaction, { ref, teamId }: KeptLedger, ledger: Ledger, at: number): void {
    transaction.set(ref, {
      teamId,
      shard: shardOf(ref.id),
      expireAt: Timestamp.fromMillis(at + MESSAGE_KEPT_MS),
      ledger: JSON.stringify(ledger),
    });
  }

  /** Puts a ledger in the place of the one that was read, unless that has changed since. */
  async replace({ ref, version }: KeptLedger, ledger: Ledger): Promise<void> {
    if (version === undefined) return;
    await unless(CHANGED, ref.update({ ledger: JSON.stringify(ledger) }, { lastUpdateTime: version }));
  }
}

/** Documents are written by this class alone. */
function decode(document: DocumentSnapshot): Ledger {
  return document.exists ? JSON.parse(document.get('ledger')) : EMPTY_LEDGER;
}
