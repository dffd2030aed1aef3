import { type MessagePort, workerData } from 'node:worker_threads';
import type { Settings } from '../settings.ts';
import { connector } from './connection.ts';
import { MinootsError, type MinootsErrorData } from './errors.ts';
import { Transport } from './http.ts';
import type { WireRequest } from './wire.ts';

/** What came of one request: the JSON of its answer, or the error as data. */
export type Outcome = { ok: true; json: unknown } | { ok: false; error: MinootsErrorData };

/** Asks this thread to send the requests one after the other, until one cannot reach the server. */
export interface SyncCall {
  id: number;
  settings: Settings;
  requests: readonly WireRequest[];
}

export interface SyncAnswer {
  id: number;
  outcomes: readonly Outcome[];
}

/** What this thread is started with; the first number of `answered` becomes 1 after each answer is on the port. */
export interface SyncWorkerData {
  port: MessagePort;
  answered: Int32Array;
}

const transports = new Map<string, Transport>();
const { port, answered }: SyncWorkerData = workerData;

port.on('message', async ({ id, settings, requests }: SyncCall) => {
  const answer: SyncAnswer = { id, outcomes: await sendAll(transportFor(settings), requests) };
  port.postMessage(answer);
  Atomics.store(answered, 0, 1);
  Atomics.notify(answered, 0);
});

async function sendAll(transport: Transport, requests: readonly WireRequest[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const request of requests) {
    const outcome = await outcomeOf(transport.send(request));
    outcomes.push(outcome);
    if (!outcome.ok && outcome.error.status === null) break;
  }
  return outcomes;
}

function transportFor(settings: Settings): Transport {
  const key = JSON.stringify(settings);
  const transport = transports.get(key) ?? new Transport(connector(settings));
  transports.set(key, transport);
  return transport;
}

async function outcomeOf(answer: Promise<unknown>): Promise<Outcome> {
  try {
    return { ok: true, json: await answer };
  } catch (error) {
    return { ok: false, error: MinootsError.of(error).toJSON() };
  }
}
