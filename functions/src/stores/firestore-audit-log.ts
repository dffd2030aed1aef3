import { randomUUID } from 'node:crypto';
import {
  type ActorsPage,
  type AuditEntry,
  type AuditLog,
  type AuditNote,
  type AuditPage,
  type LeavingPerson,
  peopleIn,
  withoutPerson,
} from '@minoots/core';
import {
  type CollectionReference,
  type DocumentData,
  type DocumentReference,
  FieldPath,
  FieldValue,
  type Firestore,
  type Query,
  type QueryDocumentSnapshot,
} from 'firebase-admin/firestore';
import { AUDIT, documentId } from './collections.ts';
import { onFirestore } from './on-firestore.ts';
import { commitPositionOf, readCommitPosition } from './timer-position.ts';

/** Most notes of one commit: Firestore takes 500 writes, and the change itself has some. */
const MOST_NOTES = 400;
/** Digits that number the notes of one commit. */
const PLACES = 3;

/**
 * The audit logs of teams in Firestore: `audit/{id}`, a document for each note, in the order of their commits. The ids of
 * notes of one commit differ at their ends alone, which are numbers. `people` is whom a note names.
 */
export class FirestoreAuditLog implements AuditLog {
  readonly #firestore: Firestore;
  readonly #notes: CollectionReference;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#notes = firestore.collection(AUDIT);
  }

  /** A write for each note. A repeat after a lost answer writes the same notes again. */
  async append(teamId: string, notes: readonly AuditNote[]): Promise<void> {
    for (let first = 0; first < notes.length; first += MOST_NOTES) {
      const documents = noteDocuments(this.#firestore, teamId, notes.slice(first, first + MOST_NOTES));
      await onFirestore(() => {
        const batch = this.#firestore.batch();
        for (const { ref, data } of documents) batch.set(ref, data);
        return batch.commit();
      });
    }
  }

  /** As many reads as `limit`, and one. */
  async list(teamId: string, limit: number, after?: string): Promise<AuditPage> {
    const { documents, next } = await this.#page(this.#notes.where('teamId', '==', teamId), limit, after);
    return { entries: documents.map(decode), next };
  }

  /** As many reads as `limit`, and one. */
  async listOf(actor: string, limit: number, after?: string): Promise<ActorsPage> {
    const { documents, next } = await this.#page(this.#notes.where('actor', '==', actor), limit, after);
    const entries = documents.map((document) => ({ ...decode(document), teamId: document.get('teamId') }));
    return { entries, next };
  }

  /**
   * A read and a write for each note that names the person. Goes on after the note it looked at last, whatever that still
   * names: otherwise one that stays as it is would come for ever.
   */
  async pseudonymiseSome(person: LeavingPerson, limit: number, after = '0/'): Promise<string | null> {
    const names = [person.userId, ...person.emails];
    const [place = '0', last = ''] = after.split('/');
    const size = Math.min(limit, MOST_NOTES);
    const naming = this.#notes
      .where('people', 'array-contains', names[Number(place)])
      .orderBy(FieldPath.documentId())
      .limit(size);
    const page: Query = last === '' ? naming : naming.startAfter(last);
    const { docs } = await onFirestore(() => page.get());
    await onFirestore(() => this.#rename(docs, person));
    if (docs.length === size) return `${place}/${docs.at(-1)?.id}`;
    const next = Number(place) + 1;
    return next < names.length ? `${next}/` : null;
  }

  async #rename(documents: readonly QueryDocumentSnapshot[], person: LeavingPerson): Promise<void> {
    const batch = this.#firestore.batch();
    for (const document of documents) {
      const { actor, subject, message } = withoutPerson(decode(document), person);
      batch.update(document.ref, { actor, subject, message, people: peopleIn({ actor, subject, message }) });
    }
    await batch.commit();
  }

  async #page(notes: Query, limit: number, after: string | undefined) {
    const ordered = notes.orderBy('notedAt', 'desc').orderBy(FieldPath.documentId(), 'desc');
    const position = after === undefined ? null : readCommitPosition(after);
    const query = position === null ? ordered : ordered.startAfter(position.at, position.id);
    const { docs } = await onFirestore(() => query.limit(limit + 1).get());
    const documents = docs.slice(0, limit);
    const last = docs.length > limit ? documents.at(-1) : undefined;
    const next = last === undefined ? null : commitPositionOf({ at: last.get('notedAt'), id: last.id });
    return { documents, next };
  }
}

/** The documents of notes, to be written with the change that they tell of. A repeat of the same write writes the same. */
export function noteDocuments(
  firestore: Firestore,
  teamId: string,
  notes: readonly AuditNote[],
): { ref: DocumentReference; data: DocumentData }[] {
  const commit = documentId(teamId, randomUUID()).slice(PLACES);
  return notes.map((note, index) => ({
    ref: firestore.collection(AUDIT).doc(commit + String(index).padStart(PLACES, '0')),
    data: { teamId, notedAt: FieldValue.serverTimestamp(), people: peopleIn(note), ...note },
  }));
}

/** Documents are written by `noteDocuments` alone. */
function decode(document: QueryDocumentSnapshot): AuditEntry {
  const { at, actor, action, subject, message } = document.data();
  return { id: `aud_${document.id}`, at, actor, action, subject, message };
}
