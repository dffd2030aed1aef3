import { MinootsError } from './errors.ts';
import { jsonOf } from './sync.ts';
import type { Outcome } from './sync-worker.ts';
import type { WireRequest } from './wire.ts';

type Send = (request: WireRequest) => Promise<unknown>;
type SendSync = (requests: readonly WireRequest[], timeoutMs?: number) => readonly Outcome[];

/** A change on its way. */
export interface Change {
  /** The JSON of its answer; rejects with a MinootsError. */
  readonly answer: Promise<unknown>;
  /** What came of it; null until it is answered. */
  readonly outcome: Outcome | null;
}

interface QueuedChange extends Change {
  outcome: Outcome | null;
  readonly request: WireRequest;
  readonly settle: (outcome: Outcome, error?: MinootsError) => void;
}

/**
 * Changes on their way to the API, strictly in the order in which the program asked for them: a timer may depend
 * on the one created before it. Each is sent without waiting for anybody to await it.
 */
export class Outbox {
  readonly #send: Send;
  readonly #sendSync: SendSync;
  /** Unanswered changes, oldest first. */
  readonly #unanswered = new Set<QueuedChange>();
  #tail: Promise<void> = Promise.resolve();

  constructor(send: Send, sendSync: SendSync) {
    this.#send = send;
    this.#sendSync = sendSync;
  }

  get size(): number {
    return this.#unanswered.size;
  }

  /** Queues a change. */
  push(request: WireRequest): Change {
    const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>();
    const settle = (outcome: Outcome, error?: MinootsError) => {
      if (!this.#unanswered.delete(change)) return;
      change.outcome = outcome;
      if (outcome.ok) resolve(outcome.json);
      else reject(error ?? MinootsError.from(outcome.error));
    };
    const change: QueuedChange = { request, answer, settle, outcome: null };
    this.#unanswered.add(change);
    this.#tail = this.#tail.then(() => this.#deliver(change));
    return change;
  }

  /** Resolves when every change queued so far is answered, one way or the other. */
  idle(): Promise<void> {
    return this.#tail;
  }

  /**
   * Blocks until every unanswered change is answered, then until `last` is, and gives its JSON.
   * A change that is under way already goes out once more: its Idempotency-Key makes both the same.
   * @throws MinootsError of `last`, or `unreachable` and the like when the requests did not get through
   */
  flushSync(last?: WireRequest, timeoutMs?: number): unknown {
    const changes = [...this.#unanswered];
    const requests = changes.map(({ request }) => request);
    if (last === undefined && requests.length === 0) return undefined;
    const outcomes = this.#sendSync(last ? [...requests, last] : requests, timeoutMs);
    for (const [index, change] of changes.entries()) {
      const outcome = outcomes[index];
      if (outcome && isFinal(change.request, outcome)) change.settle(outcome);
    }
    const unsent = outcomes.find((outcome) => !outcome.ok && outcome.error.status === null);
    if (unsent !== undefined) return jsonOf(unsent);
    return last ? jsonOf(outcomes[changes.length]) : undefined;
  }

  /** As `flushSync`, when nobody is left to await anything: gives the changes that were refused. */
  drainSync(timeoutMs: number): MinootsError[] {
    const changes = [...this.#unanswered];
    this.flushSync(undefined, timeoutMs);
    return changes.flatMap(({ outcome }) =>
      outcome?.ok === false ? [MinootsError.from(outcome.error)] : [],
    );
  }

  async #deliver(change: QueuedChange): Promise<void> {
    if (change.outcome !== null) return;
    try {
      change.settle({ ok: true, json: await this.#send(change.request) });
    } catch (cause) {
      const error = MinootsError.of(cause);
      change.settle({ ok: false, error: error.toJSON() }, error);
    }
  }
}

// A repeated DELETE may fail because the first one succeeded: then the answer to the first one decides.
function isFinal(request: WireRequest, outcome: Outcome): boolean {
  return outcome.ok || (outcome.error.status !== null && 'idempotency-key' in request.headers);
}
