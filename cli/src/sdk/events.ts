import { setTimeout as delay } from 'node:timers/promises';
import { type EventType, STREAM_RESET, TimerEvent } from '@minoots/contract';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Carrier } from './carrier.ts';
import { MinootsError } from './errors.ts';
import { toWire } from './wire.ts';

/** An event, or the notice that some were missed. */
export type StreamItem = TimerEvent | { readonly type: typeof STREAM_RESET };

export interface EventStreamOptions {
  /** Ends the stream. */
  signal: AbortSignal;
  timerId?: string;
  agentId?: string;
  types?: readonly EventType[];
  /** Resume after this event. */
  lastEventId?: string;
  /** Called when the server has begun to stream: whatever happens from now on will be given. */
  onOpen?: () => void;
}

const FIRST_GAP_MS = 250;
const MAX_GAP_MS = 10_000;
const MAX_SILENCE_MS = 45_000;

/** See `MinootsClient.events`. */
export async function* followEvents(
  open: Carrier['open'],
  options: EventStreamOptions,
): AsyncGenerator<StreamItem, void> {
  const { signal, onOpen } = options;
  const { path } = toWire('streamEvents', {
    query: { timer_id: options.timerId, agent_id: options.agentId, types: options.types },
  });
  let lastEventId = options.lastEventId ?? '';
  let gapMs = FIRST_GAP_MS;
  while (!signal.aborted) {
    try {
      const headers = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
      const response = await open(path, { accept: 'text/event-stream', ...headers }, signal);
      onOpen?.();
      gapMs = FIRST_GAP_MS;
      for await (const { id, event, data } of messagesOf(response)) {
        if (id !== undefined) lastEventId = id;
        const item = readItem(event, data);
        if (item !== null) yield item;
      }
    } catch (error) {
      // A refusal will not change by asking again; a broken connection will.
      if (error instanceof MinootsError && !error.retryable && !signal.aborted) throw error;
    }
    await delay(gapMs, undefined, { signal }).catch(() => undefined);
    gapMs = Math.min(gapMs * 2, MAX_GAP_MS);
  }
}

// A server that lives says so every 15 s; a machine that slept may hold a connection that will never say anything.
async function* messagesOf(response: Response) {
  if (response.body === null) return;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), MAX_SILENCE_MS);
  const listen = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      timer.refresh();
      controller.enqueue(chunk);
    },
  });
  try {
    yield* response.body
      .pipeThrough(listen, { signal: silence.signal })
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
  } finally {
    clearTimeout(timer);
  }
}

// An event of a kind that this version does not know is none of its business.
function readItem(event: string | undefined, data: string): StreamItem | null {
  if (event === STREAM_RESET) return { type: STREAM_RESET };
  try {
    return TimerEvent.parse(JSON.parse(data));
  } catch {
    return null;
  }
}
