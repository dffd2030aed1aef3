import { MAX_SECRETS } from '@minoots/contract';
import type { AuditNote, SecretBox, SecretEntry, SecretStore } from '@minoots/core';
import { type CollectionReference, FieldValue, type Firestore } from 'firebase-admin/firestore';
import * as z from 'zod';
import { SECRETS } from './collections.ts';
import { noteDocuments } from './firestore-audit-log.ts';
import { onFirestore } from './on-firestore.ts';
import { inTransaction } from './transactions.ts';

/** How long what a team has is remembered for attempts, in ms: another instance's change counts here after so long. */
export const REMEMBER_MS = 30_000;
/** Teams whose secrets are remembered. */
const REMEMBERED = 1_000;

const Stored = z.object({
  secrets: z.record(
    z.string(),
    z.object({ sealed: z.string(), createdAt: z.number(), updatedAt: z.number() }),
  ),
});
type Secrets = ReadonlyMap<string, z.infer<typeof Stored>['secrets'][string]>;
/** What a change makes of the secrets, and what it answers. Without secrets nothing changes. */
type Change<R> = { secrets?: Secrets; result: R };

/**
 * Named secrets in Firestore: `secrets/{teamId}`, all of a team in one document, each sealed. One read for an attempt
 * that names any, per team, instance and half a minute; the limit holds because every change sees all of them.
 */
export class FirestoreSecretStore implements SecretStore {
  readonly #firestore: Firestore;
  readonly #teams: CollectionReference;
  readonly #box: SecretBox;
  readonly #elapsed: { now(): number };
  readonly #remembered = new Map<string, { secrets: Promise<Secrets>; until: number }>();

  /** @param elapsed tells how time passes for this process, in ms, whatever the time of the timers does */
  constructor(firestore: Firestore, box: SecretBox, elapsed: { now(): number } = performance) {
    this.#firestore = firestore;
    this.#teams = firestore.collection(SECRETS);
    this.#box = box;
    this.#elapsed = elapsed;
  }

  async list(teamId: string): Promise<SecretEntry[]> {
    return entriesOf(await this.#read(teamId));
  }

  put(
    teamId: string,
    { name, value, at }: { name: string; value: string; at: number },
    notes: readonly AuditNote[] = [],
  ): Promise<SecretEntry | 'too-many'> {
    return this.#change<SecretEntry | 'too-many'>(teamId, notes, (before) => {
      const known = before.get(name);
      if (known === undefined && before.size >= MAX_SECRETS) return { result: 'too-many' };
      const times = { createdAt: known?.createdAt ?? at, updatedAt: at };
      const sealed = this.#box.seal({ teamId, name }, value);
      return { secrets: new Map(before).set(name, { sealed, ...times }), result: { name, ...times } };
    });
  }

  delete(teamId: string, name: string, notes: readonly AuditNote[] = []): Promise<SecretEntry | null> {
    return this.#change<SecretEntry | null>(teamId, notes, (before) => {
      const result = entriesOf(before).find((entry) => entry.name === name) ?? null;
      if (result === null) return { result };
      const secrets = new Map(before);
      secrets.delete(name);
      return { secrets, result };
    });
  }

  async values(teamId: string, names: readonly string[]): Promise<Map<string, string>> {
    let secrets = await this.#remember(teamId);
    // Another instance may just have set it: what is lacking is looked for once more.
    if (!names.every((name) => secrets.has(name))) {
      this.#remembered.delete(teamId);
      secrets = await this.#remember(teamId);
    }
    const values = new Map<string, string>();
    for (const name of names) {
      const secret = secrets.get(name);
      if (secret !== undefined) values.set(name, this.#box.open({ teamId, name }, secret.sealed));
    }
    return values;
  }

  /** What is remembered is sealed: values are opened for each attempt. */
  #remember(teamId: string): Promise<Secrets> {
    const now = this.#elapsed.now();
    const remembered = this.#remembered.get(teamId);
    if (remembered !== undefined && remembered.until > now) return remembered.secrets;
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    const secrets = this.#read(teamId);
    this.#remembered.set(teamId, { secrets, until: now + REMEMBER_MS });
    secrets.catch(() => {
      if (this.#remembered.get(teamId)?.secrets === secrets) this.#remembered.delete(teamId);
    });
    return secrets;
  }

  async #read(teamId: string): Promise<Secrets> {
    const document = await onFirestore(() => this.#teams.doc(teamId).get());
    return secretsOf(document.data());
  }

  async #change<R>(
    teamId: string,
    notes: readonly AuditNote[],
    decide: (before: Secrets) => Change<R>,
  ): Promise<R> {
    const document = this.#teams.doc(teamId);
    // Made once: an attempt after one whose answer got lost writes the same notes again.
    const documents = noteDocuments(this.#firestore, teamId, notes);
    const changed = () =>
      inTransaction(this.#firestore, async (transaction) => {
        const { secrets, result } = decide(secretsOf((await transaction.get(document)).data()));
        if (secrets !== undefined) {
          const fields = { secrets: Object.fromEntries(secrets), changedAt: FieldValue.serverTimestamp() };
          transaction.set(document, { teamId, ...fields });
          for (const { ref, data } of documents) transaction.set(ref, data);
        }
        return result;
      });
    try {
      return await onFirestore(changed);
    } finally {
      this.#remembered.delete(teamId);
    }
  }
}

function secretsOf(data: unknown): Secrets {
  return new Map(data === undefined ? [] : Object.entries(Stored.parse(data).secrets));
}

function entriesOf(secrets: Secrets): SecretEntry[] {
  return [...secrets]
    .map(([name, { createdAt, updatedAt }]) => ({ name, createdAt, updatedAt }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
