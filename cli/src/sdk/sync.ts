import { existsSync } from 'node:fs';
import { type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { modulePath } from '../module-path.ts';
import type { Settings } from '../settings.ts';
import { MinootsError } from './errors.ts';
import type { Outcome, SyncAnswer, SyncCall, SyncWorkerData } from './sync-worker.ts';
import type { WireRequest } from './wire.ts';

const TIMEOUT_MS = 60_000;

let thread: SyncThread | null = null;

/**
 * Sends requests one after the other and blocks this thread until they are answered: another thread does the work.
 * The outcomes are in the order of the requests; after one that could not reach the server they stop.
 * @throws MinootsError `timed_out`
 */
export function sendSync(
  settings: Settings,
  requests: readonly WireRequest[],
  timeoutMs = TIMEOUT_MS,
): readonly Outcome[] {
  thread ??= new SyncThread();
  return thread.call({ settings, requests }, timeoutMs);
}

/** The JSON of an outcome. @throws MinootsError when it is none, or an error */
export function jsonOf(outcome: Outcome | undefined): unknown {
  if (outcome === undefined)
    throw new MinootsError({ code: 'unreachable', detail: 'the request was not sent' });
  if (!outcome.ok) throw MinootsError.from(outcome.error);
  return outcome.json;
}

// Written here although there are libraries for it: they preload files through NODE_OPTIONS, which a local server
// started from the thread would inherit, and block for ever in `node --eval`.
class SyncThread {
  readonly #answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #port: MessagePort;
  #calls = 0;

  constructor() {
    const file = modulePath('sdk/sync-worker');
    // A thread that does not come up cannot say so to one that blocks.
    if (!existsSync(file)) throw new MinootsError({ code: 'client_failed', detail: `${file} is missing` });
    const { port1, port2 } = new MessageChannel();
    const workerData: SyncWorkerData = { port: port2, answered: this.#answered };
    // No flags of this process: some, such as `--test`, would make another program of the thread.
    new Worker(file, { workerData, transferList: [port2], execArgv: [] }).unref();
    this.#port = port1;
  }

  call(work: Omit<SyncCall, 'id'>, timeoutMs: number): readonly Outcome[] {
    const call: SyncCall = { id: ++this.#calls, ...work };
    this.#port.postMessage(call);
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      Atomics.wait(this.#answered, 0, 0, deadline - performance.now());
      // Before taking the answers: one that comes in between must wake the next wait.
      Atomics.store(this.#answered, 0, 0);
      const answer = this.#take(call.id);
      if (answer !== undefined) return answer.outcomes;
    }
    throw new MinootsError({ code: 'timed_out', detail: `no answer within ${timeoutMs / 1_000} s` });
  }

  // What answers an earlier call, which had timed out here, is dropped.
  #take(id: number): SyncAnswer | undefined {
    for (;;) {
      const received: { message: SyncAnswer } | undefined = receiveMessageOnPort(this.#port);
      if (received === undefined || received.message.id === id) return received?.message;
    }
  }
}
