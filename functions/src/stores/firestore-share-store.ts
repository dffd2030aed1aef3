import { SharePermission } from '@minoots/contract';
import { MAX_SHARES, type Share, type SharePage, type ShareStore, type TimerKey } from '@minoots/core';
import {
  type CollectionReference,
  type DocumentData,
  type DocumentReference,
  FieldPath,
  type Firestore,
} from 'firebase-admin/firestore';
import * as z from 'zod';
import { documentId, SHARES } from './collections.ts';
import { onFirestore } from './on-firestore.ts';
import { positionOf, readPosition } from './timer-position.ts';
import { inTransaction } from './transactions.ts';

const Stored = z.object({
  ownerTeamId: z.string(),
  timerId: z.string(),
  shares: z.array(
    z.object({
      guestTeamId: z.string(),
      permissions: z.array(SharePermission),
      sharedBy: z.string(),
      sharedAt: z.int(),
    }),
  ),
});

/**
 * Shares in Firestore, those of a timer in one document, so that its limit holds. Beside them what queries ask for: the
 * guests, each by itself and with the timer.
 */
export class FirestoreShareStore implements ShareStore {
  readonly #firestore: Firestore;
  readonly #shares: CollectionReference;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#shares = firestore.collection(SHARES);
  }

  /** One read, and one write where there is room. */
  put(share: Share): Promise<'stored' | 'too-many'> {
    const timer = { teamId: share.ownerTeamId, timerId: share.timerId };
    return this.#change<'stored' | 'too-many'>(timer, (held) => {
      const others = held.filter(({ guestTeamId }) => guestTeamId !== share.guestTeamId);
      if (others.length >= MAX_SHARES) return { result: 'too-many' };
      return { shares: [...others, share], result: 'stored' };
    });
  }

  /** One read, and one write where there is such a share. */
  remove(timer: TimerKey, guest: string): Promise<Share | null> {
    return this.#change<Share | null>(timer, (held) => {
      const share = held.find(({ guestTeamId }) => guestTeamId === guest);
      if (share === undefined) return { result: null };
      return { shares: held.filter((other) => other !== share), result: share };
    });
  }

  /** One read. */
  async listOf(timer: TimerKey): Promise<Share[]> {
    return decode((await onFirestore(() => this.#refOf(timer).get())).data());
  }

  /** One read. */
  async find(guest: string, timerId: string): Promise<Share[]> {
    const term = documentId(guest, timerId);
    const query = this.#shares.where('guestTimers', 'array-contains', term);
    const { docs } = await onFirestore(() => query.get());
    return docs.flatMap((doc) => decode(doc.data())).filter(({ guestTeamId }) => guestTeamId === guest);
  }

  /** As many reads as `limit`, and one. */
  async listFor(guest: string, limit: number, after?: string): Promise<SharePage> {
    const ordered = this.#shares
      .where('guests', 'array-contains', guest)
      .orderBy('sharedAt', 'desc')
      .orderBy(FieldPath.documentId(), 'desc');
    const position = after === undefined ? null : readPosition(after);
    const query = position === null ? ordered : ordered.startAfter(position.at, position.id);
    const { docs } = await onFirestore(() => query.limit(limit + 1).get());
    const page = docs.slice(0, limit);
    const last = docs.length > limit ? page.at(-1) : undefined;
    return {
      shares: page.flatMap((doc) => decode(doc.data()).filter(({ guestTeamId }) => guestTeamId === guest)),
      next: last === undefined ? null : positionOf({ at: last.get('sharedAt'), id: last.id }),
    };
  }

  #change<R>(timer: TimerKey, decide: (held: Share[]) => { shares?: Share[]; result: R }): Promise<R> {
    const ref = this.#refOf(timer);
    const changed = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const { shares, result } = decide(decode((await transaction.get(ref)).data()));
        if (shares !== undefined) {
          if (shares.length === 0) transaction.delete(ref);
          else transaction.set(ref, encode(timer, shares));
        }
        return result;
      });
    return onFirestore(changed);
  }

  #refOf({ teamId, timerId }: TimerKey): DocumentReference {
    return this.#shares.doc(documentId(teamId, timerId));
  }
}

function encode({ teamId, timerId }: TimerKey, shares: readonly Share[]): DocumentData {
  return {
    ownerTeamId: teamId,
    timerId,
    guests: shares.map(({ guestTeamId }) => guestTeamId),
    guestTimers: shares.map(({ guestTeamId }) => documentId(guestTeamId, timerId)),
    sharedAt: Math.max(...shares.map(({ sharedAt }) => sharedAt)),
    shares: shares.map(({ guestTeamId, permissions, sharedBy, sharedAt }) => ({
      guestTeamId,
      permissions,
      sharedBy,
      sharedAt,
    })),
  };
}

/** By guest. */
function decode(data: DocumentData | undefined): Share[] {
  if (data === undefined) return [];
  const { ownerTeamId, timerId, shares } = Stored.parse(data);
  return shares
    .map((share) => ({ ownerTeamId, timerId, ...share }))
    .sort((one, other) => (one.guestTeamId < other.guestTeamId ? -1 : 1));
}
