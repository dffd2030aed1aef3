import { Refusal, request } from './api.js';
import { eventParser } from './event-stream.js';

const LIST = '/v1/timers?status=waiting,running,paused,firing&limit=200';
/** Gaps before the stream is opened anew, in ms: the first, and the longest. */
const [FIRST_GAP_MS, LONGEST_GAP_MS] = [500, 10_000];
/** However much happens, timers are read no more often than this, in ms. */
const READ_EVERY_MS = 500;

/**
 * @typedef {object} Audience
 * @property {(page: { data: Record<string, any>[], next_cursor: string | null }) => void} timers told what is active, each time it may have changed
 * @property {(event: Record<string, any>) => void} event
 * @property {(isConnected: boolean) => void} connection
 */

/**
 * Follows the active timers until the signal is aborted; connects anew where the connection is lost.
 *
 * @param {string} key
 * @param {Audience} audience
 * @param {AbortSignal} signal
 * @throws {Refusal} 401 when the session has ended
 */
export async function follow(key, audience, signal) {
  let lastEventId = '';
  for (let gapMs = FIRST_GAP_MS; !signal.aborted; gapMs = Math.min(2 * gapMs, LONGEST_GAP_MS)) {
    const connection = new AbortController();
    const until = AbortSignal.any([signal, connection.signal]);
    const read = async () => audience.timers(await (await request(LIST, { key, signal: until })).json());
    try {
      const headers = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
      const stream = await request('/v1/events', { key, headers, signal: until });
      // After the stream is open, so that nothing happens in between unseen.
      await read();
      audience.connection(true);
      gapMs = FIRST_GAP_MS;
      const refresh = throttled(() => read().catch(() => connection.abort()));
      for await (const { id, type, data } of events(stream)) {
        if (id !== '') lastEventId = id;
        if (type !== 'stream.reset') audience.event(JSON.parse(data));
        void refresh();
      }
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) throw error;
    } finally {
      connection.abort();
    }
    if (signal.aborted) return;
    audience.connection(false);
    await new Promise((resolve) => setTimeout(resolve, gapMs));
  }
}

/**
 * Does work when it is called, and again after a while where it was called meanwhile.
 *
 * @param {() => Promise<void>} work
 */
function throttled(work) {
  let isBusy = false;
  let isWanted = false;
  return async () => {
    isWanted = true;
    if (isBusy) return;
    isBusy = true;
    while (isWanted) {
      isWanted = false;
      await work();
      await new Promise((resolve) => setTimeout(resolve, READ_EVERY_MS));
    }
    isBusy = false;
  };
}

/** @param {Response} response */
async function* events({ body }) {
  if (body === null) return;
  const parse = eventParser();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parse(value);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
