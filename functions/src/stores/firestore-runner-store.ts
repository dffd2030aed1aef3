import { MAX_RUNNERS, type Registration, type RunnerRecord, type RunnerStore } from '@minoots/core';
import {
  type CollectionReference,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  GrpcStatus,
  type Transaction,
} from 'firebase-admin/firestore';
import { documentId, RUNNER_TEAMS, RUNNERS } from './collections.ts';
import { unless } from './grpc-status.ts';
import { onFirestore } from './on-firestore.ts';
import { inTransaction } from './transactions.ts';

type Outcome = RunnerRecord | 'too-many';

/**
 * Runners in Firestore, a document each, since all of them note now and then that they are there, and one document takes
 * about a change a second. `runnerTeams/{teamId}` holds their ids: every registration of a new one changes it, so that the
 * limit holds, and lists need no index.
 */
export class FirestoreRunnerStore implements RunnerStore {
  readonly #firestore: Firestore;
  readonly #runners: CollectionReference;
  readonly #teams: CollectionReference;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#runners = firestore.collection(RUNNERS);
    this.#teams = firestore.collection(RUNNER_TEAMS);
  }

  /** One read, and one for each runner. */
  async list(teamId: string): Promise<RunnerRecord[]> {
    const ids = idsOf(await onFirestore(() => this.#teams.doc(teamId).get()));
    if (ids.length === 0) return [];
    const refs = ids.map((id) => this.#refOf(teamId, id));
    const runners = (await onFirestore(() => this.#firestore.getAll(...refs))).flatMap(
      (document) => recordOf(document) ?? [],
    );
    return runners.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** One read. */
  async get(teamId: string, id: string): Promise<RunnerRecord | null> {
    return recordOf(await onFirestore(() => this.#refOf(teamId, id).get()));
  }

  /** Two reads, and one or two writes. */
  register(teamId: string, { at, staleBefore, ...said }: Registration): Promise<Outcome> {
    const ref = this.#refOf(teamId, said.id);
    const registered = () =>
      inTransaction(this.#firestore, async (transaction): Promise<Outcome> => {
        const [own, team] = await transaction.getAll(ref, this.#teams.doc(teamId));
        const before = own === undefined ? null : recordOf(own);
        const runner = { ...said, registeredAt: before?.registeredAt ?? at, lastSeenAt: at };
        if (before === null) {
          const ids = team === undefined ? [] : idsOf(team);
          const stale =
            ids.length < MAX_RUNNERS ? [] : await this.#stale(transaction, teamId, ids, staleBefore);
          const others = ids.filter((id) => !stale.includes(id) && id !== said.id);
          if (others.length >= MAX_RUNNERS) return 'too-many';
          for (const id of stale) transaction.delete(this.#refOf(teamId, id));
          transaction.set(this.#teams.doc(teamId), { teamId, ids: [...others, said.id] });
        }
        const { lastSeenAt, ...fields } = runner;
        transaction.set(ref, { teamId, lastSeenAt, runner: JSON.stringify(fields) });
        return runner;
      });
    return onFirestore(registered);
  }

  /** One write. */
  async seen(teamId: string, id: string, at: number): Promise<void> {
    const noted = () => this.#refOf(teamId, id).update({ lastSeenAt: at });
    await onFirestore(() => unless([GrpcStatus.NOT_FOUND], noted()));
  }

  /** Two reads, and two writes where there is such a runner. */
  delete(teamId: string, id: string): Promise<RunnerRecord | null> {
    const ref = this.#refOf(teamId, id);
    const deleted = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const [own, team] = await transaction.getAll(ref, this.#teams.doc(teamId));
        const runner = own === undefined ? null : recordOf(own);
        if (runner === null || team === undefined) return null;
        transaction.delete(ref);
        transaction.set(team.ref, { teamId, ids: idsOf(team).filter((each) => each !== id) });
        return runner;
      });
    return onFirestore(deleted);
  }

  async #stale(
    transaction: Transaction,
    teamId: string,
    ids: readonly string[],
    staleBefore: number,
  ): Promise<string[]> {
    const documents = await transaction.getAll(...ids.map((id) => this.#refOf(teamId, id)));
    const fresh = documents.flatMap((document) => {
      const runner = recordOf(document);
      return runner !== null && runner.lastSeenAt >= staleBefore ? [runner.id] : [];
    });
    return ids.filter((id) => !fresh.includes(id));
  }

  #refOf(teamId: string, id: string): DocumentReference {
    return this.#runners.doc(documentId(teamId, id));
  }
}

/** Documents are written by this store alone. */
function recordOf(document: DocumentSnapshot): RunnerRecord | null {
  if (!document.exists) return null;
  return { ...JSON.parse(document.get('runner')), lastSeenAt: document.get('lastSeenAt') };
}

function idsOf(document: DocumentSnapshot): string[] {
  return document.exists ? document.get('ids') : [];
}
