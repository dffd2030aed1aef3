/** A request that carries an idempotency key. */
export interface IdempotencyClaim {
  teamId: string;
  key: string;
  /** Tells one request from another: hash of method, path and body. */
  fingerprint: string;
  /** Epoch ms. */
  now: number;
}

/** The first answer, replayed for later requests. */
export interface RecordedAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type ClaimOutcome =
  | { type: 'claimed' }
  | { type: 'in-flight' }
  | { type: 'mismatch' }
  | { type: 'answered'; answer: RecordedAnswer };

/** How long an answer is replayed, in ms. */
export const IDEMPOTENCY_TTL_MS = 24 * 3_600_000;
/** How long a claim without an answer blocks its key, in ms: a process that died in between is not waited for longer. */
export const IDEMPOTENCY_CLAIM_MS = 60_000;

/** Remembers answers by idempotency key, per team, for `IDEMPOTENCY_TTL_MS`. */
export interface IdempotencyStore {
  /** Of parallel claims of one key exactly one is `claimed`. A claim older than `IDEMPOTENCY_CLAIM_MS` without an answer may be claimed anew. */
  claim(claim: IdempotencyClaim): Promise<ClaimOutcome>;
  /** Keeps the answer; durable once resolved. */
  answer(claim: IdempotencyClaim, answer: RecordedAnswer): Promise<void>;
  /** Gives the key up, so that the request can be made again (it failed in a way that may pass). */
  release(claim: IdempotencyClaim): Promise<void>;
  /** Removes what has outlived its time. */
  purge(now: number): Promise<void>;
}
