import { createSyncFn, type Syncify } from 'synckit';
import { modulePath } from '../module-path.ts';
import type { Settings } from '../settings.ts';
import { MinootsError } from './errors.ts';
import type { Outcome, SendAll } from './sync-worker.ts';
import type { WireRequest } from './wire.ts';

const TIMEOUT_MS = 60_000;

let call: Syncify<SendAll> | null = null;

/**
 * Sends requests one after the other and blocks this thread until they are answered: another thread does the work.
 * The outcomes are in the order of the requests; after one that could not reach the server they stop.
 */
export function sendSync(settings: Settings, requests: readonly WireRequest[]): Outcome[] {
  // No flags of this process: `-e` or `--test` would make another program of the thread.
  call ??= createSyncFn<SendAll>(modulePath('sdk/sync-worker'), { timeout: TIMEOUT_MS, execArgv: [] });
  return call(settings, requests);
}

/** The JSON of an outcome. @throws MinootsError when it is none, or an error */
export function jsonOf(outcome: Outcome | undefined): unknown {
  if (outcome === undefined)
    throw new MinootsError({ code: 'unreachable', detail: 'the request was not sent' });
  if (!outcome.ok) throw MinootsError.from(outcome.error);
  return outcome.json;
}
