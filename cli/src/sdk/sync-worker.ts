import { runAsWorker } from 'synckit';
import type { Settings } from '../settings.ts';
import { connector } from './connection.ts';
import { MinootsError, type MinootsErrorData } from './errors.ts';
import { Transport } from './http.ts';
import type { WireRequest } from './wire.ts';

/** What came of one request: the JSON of its answer, or the error as data. */
export type Outcome = { ok: true; json: unknown } | { ok: false; error: MinootsErrorData };

/** Sends the requests one after the other. After one that could not reach the server, none of the rest is tried. */
export type SendAll = (settings: Settings, requests: readonly WireRequest[]) => Promise<Outcome[]>;

const transports = new Map<string, Transport>();

const sendAll: SendAll = async (settings, requests) => {
  const transport = transportFor(settings);
  const outcomes: Outcome[] = [];
  for (const request of requests) {
    const outcome = await outcomeOf(transport.send(request));
    outcomes.push(outcome);
    if (!outcome.ok && outcome.error.status === null) break;
  }
  return outcomes;
};

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

runAsWorker(sendAll);
