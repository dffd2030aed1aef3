import { randomUUID } from 'node:crypto';
import {
  createRandom,
  generateSigningSecret,
  inForce,
  type OpenSigningSecret,
  type SigningSecretBox,
  type SigningSecretDecision,
  type SigningSecretEntry,
  type SigningSecretStore,
} from '@minoots/core';
import type { CollectionReference, Firestore, Transaction } from 'firebase-admin/firestore';
import * as z from 'zod';
import { SIGNING_SECRETS } from './collections.ts';
import { noteDocuments } from './firestore-audit-log.ts';
import { onFirestore } from './on-firestore.ts';
import { type Attempted, attempt, inTransaction } from './transactions.ts';

/** How long secrets are remembered, in ms: another instance's change to them counts here after so long. */
export const REMEMBER_MS = 60_000;
/** Teams whose secrets are remembered. */
const REMEMBERED = 10_000;

const Secret = z.object({
  id: z.string(),
  stored: z.string(),
  madeAt: z.int(),
  worksUntil: z.int().nullable(),
});
type Secret = z.infer<typeof Secret>;

/** Newest first. Before they could be rotated they were texts. */
const Stored = z.object({ secrets: z.array(z.union([Secret, z.string()])) });

interface Remembered {
  secrets: Promise<readonly OpenSigningSecret[]>;
  until: number;
}

/**
 * Signing secrets in Firestore: `signingSecrets/{teamId}`, all of a team in one document, sealed where there is a key,
 * made when they are first asked for. One read per team, instance and minute; one write more for a team's first, and
 * where a key has come or changed since.
 */
export class FirestoreSigningSecretStore implements SigningSecretStore {
  readonly #firestore: Firestore;
  readonly #teams: CollectionReference;
  readonly #box: SigningSecretBox;
  readonly #elapsed: { now(): number };
  readonly #random = createRandom();
  readonly #remembered = new Map<string, Remembered>();

  /** @param elapsed tells how time passes for this process, in ms, whatever the time of the timers does */
  constructor(firestore: Firestore, box: SigningSecretBox, elapsed: { now(): number } = performance) {
    this.#firestore = firestore;
    this.#teams = firestore.collection(SIGNING_SECRETS);
    this.#box = box;
    this.#elapsed = elapsed;
  }

  async forTeam(teamId: string, now: number): Promise<readonly string[]> {
    return inForce(await this.#remember(teamId, now), now).map(({ secret }) => secret);
  }

  async update<R>(
    teamId: string,
    decide: (entries: readonly SigningSecretEntry[]) => SigningSecretDecision<R>,
  ): Promise<R> {
    try {
      return await this.#change(teamId, (before) => {
        const { entries, secret, notes = [], result } = decide(before.map(toEntry));
        const secrets = entries?.map((entry) => this.#stored(teamId, entry, before, secret));
        return { ...(secrets && { secrets }), notes, result };
      });
    } finally {
      this.#remembered.delete(teamId);
    }
  }

  #remember(teamId: string, now: number): Promise<readonly OpenSigningSecret[]> {
    const elapsed = this.#elapsed.now();
    const remembered = this.#remembered.get(teamId);
    if (remembered !== undefined && remembered.until > elapsed) return remembered.secrets;
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    const secrets = this.#readOrMake(teamId, now);
    this.#remembered.set(teamId, { secrets, until: elapsed + REMEMBER_MS });
    // A failure is told to those who wait for it and tried again by the next who asks.
    secrets.catch(() => {
      if (this.#remembered.get(teamId)?.secrets === secrets) this.#remembered.delete(teamId);
    });
    return secrets;
  }

  async #readOrMake(teamId: string, now: number): Promise<readonly OpenSigningSecret[]> {
    const document = await onFirestore(() => this.#teams.doc(teamId).get());
    const found = secretsOf(document.data());
    const isFit =
      found.length > 0 && found.every(({ stored }) => this.#box.sealAnew(teamId, stored) === null);
    const secrets = isFit ? found : await this.#makeFit(teamId, now);
    return this.#box.openAll(teamId, secrets);
  }

  /** Makes the first secret of a team, and seals what lies there in the clear or under an older key. */
  #makeFit(teamId: string, now: number): Promise<readonly Secret[]> {
    const id = `sgn_${this.#random.id()}`;
    const first = {
      id,
      stored: this.#box.seal(teamId, generateSigningSecret()),
      madeAt: now,
      worksUntil: null,
    };
    return this.#change(teamId, (before) => {
      const sealed = before.map((secret) => ({
        ...secret,
        stored: this.#box.sealAnew(teamId, secret.stored) ?? secret.stored,
      }));
      const secrets = sealed.length === 0 ? [first] : sealed;
      return { secrets, notes: [], result: secrets };
    });
  }

  async #change<R>(
    teamId: string,
    decide: (before: readonly Secret[]) => {
      secrets?: readonly Secret[];
      notes: Parameters<typeof noteDocuments>[2];
      result: R;
    },
  ): Promise<R> {
    const document = this.#teams.doc(teamId);
    const changeId = randomUUID();
    let saved: { result: R } | null = null;
    const decided = () =>
      inTransaction(this.#firestore, async (transaction: Transaction): Promise<Attempted<R>> => {
        const held = (await transaction.get(document)).data();
        // An attempt before this one was committed and its answer got lost: the change is made, once.
        if (saved !== null && held?.changeId === changeId) return { ok: true, value: saved.result };
        const decision = attempt(() => decide(secretsOf(held)));
        if (!decision.ok) return decision;
        const { secrets, notes, result } = decision.value;
        if (secrets !== undefined) {
          transaction.set(document, { teamId, secrets, changeId });
          saved = { result };
        }
        for (const { ref, data } of noteDocuments(this.#firestore, teamId, notes))
          transaction.create(ref, data);
        return { ok: true, value: result };
      });
    const decision = await onFirestore(decided);
    if (!decision.ok) throw decision.reason;
    return decision.value;
  }

  #stored(
    teamId: string,
    entry: SigningSecretEntry,
    before: readonly Secret[],
    secret: string | undefined,
  ): Secret {
    const known = before.find(({ id }) => id === entry.id)?.stored;
    if (known === undefined && secret === undefined)
      throw new Error(`the signing secret ${entry.id} has no value`);
    return { ...entry, stored: known ?? this.#box.seal(teamId, secret ?? '') };
  }
}

function secretsOf(data: unknown): Secret[] {
  if (data === undefined) return [];
  return Stored.parse(data).secrets.map((secret, index) =>
    typeof secret === 'string' ? { id: `sgn_${index}`, stored: secret, madeAt: 0, worksUntil: null } : secret,
  );
}

function toEntry({ id, madeAt, worksUntil }: Secret): SigningSecretEntry {
  return { id, madeAt, worksUntil };
}
