import { Worker } from 'node:worker_threads';
import { StorageUnavailable } from '@minoots/core';
import type { Write, WriteOutcome, WriterSettings, WriteUnit } from './writer-protocol.ts';

interface Pending {
  resolve: (changes: number[][]) => void;
  reject: (error: StorageUnavailable) => void;
}

/**
 * Hands writes to the writer thread. Those of one turn of the event loop go over together, and all that waits there is
 * made durable by one sync: many requests share it, and none is answered before it.
 */
export class Writer {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #outbox: WriteUnit[] = [];
  #lastId = 0;
  #failure: StorageUnavailable | null = null;
  #trouble: string | null = null;
  readonly #onTrouble: (trouble: string | null) => void;

  /** @param onTrouble told when writes begin to fail, and with null when they succeed again */
  constructor(settings: WriterSettings, onTrouble: (trouble: string | null) => void) {
    this.#onTrouble = onTrouble;
    this.#worker = new Worker(threadFile(), { workerData: settings });
    this.#worker.on('message', (message: WriteOutcome[] | object) => {
      // In watch mode Node tells over this same port which files the thread has loaded.
      if (Array.isArray(message)) this.#settle(message);
    });
    this.#worker.on('error', (error) => this.#fail(`The store's writer stopped: ${error.message}`));
    this.#worker.on('exit', () => this.#fail('The store is closed because the service is stopping.'));
  }

  /** Why the latest write failed, or none is taken any more; null while writes succeed. */
  get trouble(): string | null {
    return this.#failure?.message ?? this.#trouble;
  }

  /**
   * Carries the writes out, all or none; resolves once they are durable, with the rows that each run changed.
   * @throws StorageUnavailable when they could not be made durable; then none took effect
   */
  write(writes: Write[]): Promise<number[][]> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject });
      if (this.#outbox.length === 0) setImmediate(() => this.#send());
      this.#outbox.push({ id, writes });
    });
  }

  /** Finishes what was taken so far and ends the thread. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#worker.once('exit', () => resolve());
    if (this.#failure !== null) return;
    this.#send();
    this.#worker.postMessage('close');
    await promise;
  }

  #send(): void {
    if (this.#outbox.length === 0) return;
    this.#worker.postMessage(this.#outbox);
    this.#outbox = [];
  }

  #settle(outcomes: readonly WriteOutcome[]): void {
    const failed = outcomes.find((outcome) => 'error' in outcome);
    this.#note(failed === undefined ? null : failed.error);
    for (const outcome of outcomes) {
      const pending = this.#pending.get(outcome.id);
      this.#pending.delete(outcome.id);
      if ('changes' in outcome) pending?.resolve(outcome.changes);
      else pending?.reject(new StorageUnavailable(`The store does not take writes: ${outcome.error}`));
    }
  }

  #note(trouble: string | null): void {
    const changed = (trouble === null) !== (this.#trouble === null);
    this.#trouble = trouble;
    if (changed) this.#onTrouble(trouble);
  }

  #fail(reason: string): void {
    this.#failure ??= new StorageUnavailable(reason);
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}

/** The thread's file lies beside this one, as source or as built. */
function threadFile(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js',
    import.meta.url,
  );
}
