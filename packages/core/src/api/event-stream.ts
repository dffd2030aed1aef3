import { STREAM_RESET, type TimerEvent } from '@minoots/contract';
import type { Subscription } from '../ports/event-feed.ts';

/** How often a silent stream says that it lives, in ms. */
export const HEARTBEAT_MS = 15_000;
/** Events that may wait for a slow reader; one more and it is cut off, to resume by `Last-Event-ID` when it can. */
export const MAX_WAITING_EVENTS = 1_000;

const RECONNECT_MS = 2_000;

/**
 * A subscription as server-sent events. It ends with the subscription, and closes it when the reader goes away or
 * falls too far behind.
 */
export function eventStream(subscription: Subscription): ReadableStream<Uint8Array> {
  let heartbeat: NodeJS.Timeout | undefined;
  let isOpen = true;
  const stop = () => {
    isOpen = false;
    clearInterval(heartbeat);
    subscription.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const encoder = new TextEncoder();
        const send = (text: string) => controller.enqueue(encoder.encode(text));
        send(`retry: ${RECONNECT_MS}\n\n`);
        if (!subscription.resumed) send(frame({ event: STREAM_RESET, data: '{}' }));
        heartbeat = setInterval(() => {
          if (hasRoom(controller)) send(': alive\n\n');
        }, HEARTBEAT_MS);
        pump(subscription, controller, send)
          .then(() => isOpen && controller.close())
          // A feed that breaks breaks the stream; the reader sees the connection end and comes back.
          .catch((error: unknown) => controller.error(error))
          .finally(stop);
      },
      cancel: stop,
    },
    { highWaterMark: MAX_WAITING_EVENTS },
  );
}

async function pump(
  { events }: Subscription,
  controller: ReadableStreamDefaultController<Uint8Array>,
  send: (text: string) => void,
): Promise<void> {
  for await (const event of events) {
    if (!hasRoom(controller)) return;
    send(eventFrame(event));
  }
}

function eventFrame(event: TimerEvent): string {
  return frame({ id: event.id, event: event.type, data: JSON.stringify(event) });
}

function frame(fields: Record<string, string>): string {
  return `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')}\n`;
}

function hasRoom({ desiredSize }: ReadableStreamDefaultController<Uint8Array>): boolean {
  return desiredSize !== null && desiredSize > 0;
}
