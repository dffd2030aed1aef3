import { STREAM_RESET, type TimerEvent } from '@minoots/contract';
import type { Subscription } from '../ports/event-feed.ts';

/** How often a silent stream says that it lives, in ms. */
export const HEARTBEAT_MS = 15_000;
/** Events taken from the feed ahead of a slow reader; the feed holds the others, up to its own limit. */
export const MAX_WAITING_EVENTS = 64;

const RECONNECT_MS = 2_000;

/**
 * A subscription as server-sent events. It ends with the subscription, and closes it when the reader goes away.
 * @param mayGoOn asked with each heartbeat; the stream ends when the reader may not read it any more
 */
export function eventStream(
  subscription: Subscription,
  mayGoOn: () => Promise<boolean> = async () => true,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const events = subscription.events[Symbol.asyncIterator]();
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
        const beginning = subscription.resumed ? '' : frame({ event: STREAM_RESET, data: '{}' });
        controller.enqueue(encoder.encode(`retry: ${RECONNECT_MS}\n\n${beginning}`));
        heartbeat = setInterval(async () => {
          const isAllowed = await mayGoOn();
          if (!isOpen) return;
          if (!isAllowed) {
            stop();
            controller.close();
          } else if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': alive\n\n'));
        }, HEARTBEAT_MS);
      },
      async pull(controller) {
        const next = await events.next().catch((error: unknown) => {
          stop();
          throw error;
        });
        if (!isOpen) return;
        if (next.done !== true) return controller.enqueue(encoder.encode(eventFrame(next.value)));
        stop();
        controller.close();
      },
      cancel: stop,
    },
    { highWaterMark: MAX_WAITING_EVENTS },
  );
}

function eventFrame(event: TimerEvent): string {
  return frame({ id: event.id, event: event.type, data: JSON.stringify(event) });
}

function frame(fields: Record<string, string>): string {
  return `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')}\n`;
}
