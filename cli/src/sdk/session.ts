import type { OperationId } from '@minoots/contract';
import type { Settings } from '../settings.ts';
import { MinootsClient } from './client.ts';
import { connector } from './connection.ts';
import { MinootsError } from './errors.ts';
import { Transport } from './http.ts';
import { type Change, Outbox } from './outbox.ts';
import { sendSync } from './sync.ts';
import { type AnswerOf, type RequestParts, readAnswer, toWire, type WireRequest } from './wire.ts';

const MAX_VERSIONS = 10_000;
const EXIT_TIMEOUT_MS = 10_000;

/** Outboxes with unanswered changes. */
const unfinished = new Set<Outbox>();

// `process.exit()` or a crash right after a change must not lose it.
function flushAtExit(): void {
  for (const outbox of unfinished) {
    const { size } = outbox;
    try {
      for (const error of outbox.drainSync(EXIT_TIMEOUT_MS))
        process.stderr.write(`minoots: ${error.message}\n`);
    } catch (error) {
      const { message } = MinootsError.of(error);
      process.stderr.write(`minoots: ${size} change(s) not sent before the program ended: ${message}\n`);
    }
  }
}

/**
 * A program's connection to the API: changes go out in the program's order, and every read, blocking or not,
 * sees the changes asked for before it.
 */
export class Session {
  readonly client: MinootsClient;
  readonly #outbox: Outbox;
  readonly #readSettings: () => Settings;
  readonly #versions = new Map<string, number>();
  #baseVersion = 0;
  #settings: Settings | null = null;

  /** @param readSettings called at the first request */
  constructor(readSettings: () => Settings) {
    this.#readSettings = readSettings;
    const transport = new Transport(async () => connector(this.#knownSettings())());
    this.#outbox = new Outbox(
      (request) => transport.send(request),
      (requests, timeoutMs) => sendSync(this.#knownSettings(), requests, timeoutMs),
    );
    this.client = new MinootsClient({
      open: (...parts) => transport.open(...parts),
      send: async (request, signal) => {
        if (request.method !== 'GET') return this.#push(request).answer;
        await this.#outbox.idle();
        return transport.send(request, signal);
      },
    });
  }

  /** Queues a change whose outcome can also be looked at without awaiting it. */
  change(operationId: OperationId, parts: RequestParts): Change {
    return this.#push(toWire(operationId, parts));
  }

  /** Reads, blocking this thread. @throws MinootsError */
  readSync<K extends OperationId>(operationId: K, parts: RequestParts): AnswerOf<K> {
    return readAnswer(operationId, this.#outbox.flushSync(toWire(operationId, parts)));
  }

  /** Blocks until the changes asked for so far are answered. @throws MinootsError when they do not get through */
  flushSync(): void {
    this.#outbox.flushSync();
  }

  /** Notes that this program changes a timer, or all of them. */
  touch(id?: string): void {
    if (id !== undefined && this.#versions.size < MAX_VERSIONS) {
      this.#versions.set(id, (this.#versions.get(id) ?? 0) + 1);
      return;
    }
    this.#versions.clear();
    this.#baseVersion += 1;
  }

  /** Differs from an earlier value when this program has changed the timer since. */
  version(id: string): string {
    return `${this.#baseVersion}.${this.#versions.get(id) ?? 0}`;
  }

  #push(request: WireRequest): Change {
    if (unfinished.size === 0) process.once('exit', flushAtExit);
    unfinished.add(this.#outbox);
    const change = this.#outbox.push(request);
    const forget = () => {
      if (this.#outbox.size === 0) unfinished.delete(this.#outbox);
      if (unfinished.size === 0) process.off('exit', flushAtExit);
    };
    change.answer.then(forget, forget);
    return change;
  }

  #knownSettings(): Settings {
    this.#settings ??= this.#readSettings();
    return this.#settings;
  }
}
