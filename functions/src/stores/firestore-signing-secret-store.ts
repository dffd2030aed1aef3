import { generateSigningSecret, type SigningSecretStore } from '@minoots/core';
import { type CollectionReference, FieldValue, type Firestore, GrpcStatus } from 'firebase-admin/firestore';
import * as z from 'zod';
import { SIGNING_SECRETS } from './collections.ts';
import { unless } from './grpc-status.ts';
import { onFirestore } from './on-firestore.ts';

/** How long secrets are remembered, in ms: another instance's change to them counts here after so long. */
export const REMEMBER_MS = 300_000;
/** Teams whose secrets are remembered. */
const REMEMBERED = 10_000;

const Stored = z.object({ secrets: z.array(z.string()).min(1) });

interface Remembered {
  secrets: Promise<readonly string[]>;
  until: number;
}

/**
 * Signing secrets in Firestore: `signingSecrets/{teamId}`, made when they are first asked for. One read per team,
 * instance and five minutes; one write more for a team's first.
 */
export class FirestoreSigningSecretStore implements SigningSecretStore {
  readonly #teams: CollectionReference;
  readonly #elapsed: { now(): number };
  readonly #remembered = new Map<string, Remembered>();

  /** @param elapsed tells how time passes for this process, in ms, whatever the time of the timers does */
  constructor(firestore: Firestore, elapsed: { now(): number } = performance) {
    this.#teams = firestore.collection(SIGNING_SECRETS);
    this.#elapsed = elapsed;
  }

  forTeam(teamId: string): Promise<readonly string[]> {
    const now = this.#elapsed.now();
    const remembered = this.#remembered.get(teamId);
    if (remembered !== undefined && remembered.until > now) return remembered.secrets;
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    const secrets = onFirestore(() => this.#readOrMake(teamId));
    this.#remembered.set(teamId, { secrets, until: now + REMEMBER_MS });
    // A failure is told to those who wait for it and tried again by the next who asks.
    secrets.catch(() => {
      if (this.#remembered.get(teamId)?.secrets === secrets) this.#remembered.delete(teamId);
    });
    return secrets;
  }

  async #readOrMake(teamId: string): Promise<readonly string[]> {
    const secrets = (await this.#read(teamId)) ?? (await this.#make(teamId)) ?? (await this.#read(teamId));
    if (secrets === null) throw new Error(`the signing secrets of ${teamId} are gone as soon as made`);
    return secrets;
  }

  async #read(teamId: string): Promise<readonly string[] | null> {
    const document = await this.#teams.doc(teamId).get();
    return document.exists ? Stored.parse(document.data()).secrets : null;
  }

  /** null when another was first. */
  async #make(teamId: string): Promise<readonly string[] | null> {
    const secrets = [generateSigningSecret()];
    const fields = { teamId, secrets, createdAt: FieldValue.serverTimestamp() };
    const made = await unless([GrpcStatus.ALREADY_EXISTS], this.#teams.doc(teamId).create(fields));
    return made === null ? null : secrets;
  }
}
