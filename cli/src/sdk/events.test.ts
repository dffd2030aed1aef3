import { afterEach, describe, expect, it } from '@jest/globals';
import { STREAM_RESET, type TimerEvent } from '@minoots/contract';
import { type Answer, problem, scriptedServer } from '../../test/support/scripted-server.ts';
import { followEvents, type StreamItem } from './events.ts';
import { Transport } from './http.ts';

const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

function anEvent(id: string): TimerEvent {
  return {
    id,
    type: 'timer.paused',
    at: '2030-01-31T09:00:00.000Z',
    timer_id: 'tmr_1',
    timer_name: 'tea',
    agent_id: null,
    status: 'paused',
    message: 'Paused',
  };
}

const frame = (event: TimerEvent) =>
  `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Streams the text, then ends the stream. */
function stream(...parts: string[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) response.write(part);
    response.end();
  };
}

async function follow(
  count: number,
  options: { timerId?: string; lastEventId?: string },
  ...answers: Answer[]
) {
  const server = await scriptedServer(...answers);
  closings.push(server.close);
  const transport = new Transport(async () => ({ url: server.url, apiKey: 'key-of-the-test' }));
  const abort = new AbortController();
  let opened = 0;
  const events = followEvents((...parts) => transport.open(...parts), {
    ...options,
    signal: abort.signal,
    onOpen: () => {
      opened += 1;
    },
  });
  const items: StreamItem[] = [];
  for await (const item of events) {
    if (items.push(item) === count) break;
  }
  abort.abort();
  return { items, seen: server.seen, opened };
}

describe('followEvents', () => {
  it('gives events as they come, and skips what it does not know', async () => {
    const unknown = 'event: timer.sneezed\ndata: {"id":"9"}\n\n: alive\n\n';
    const { items, seen } = await follow(
      2,
      { timerId: 'tmr_1' },
      stream(frame(anEvent('1')), unknown, frame(anEvent('2'))),
    );
    expect(items).toEqual([anEvent('1'), anEvent('2')]);
    expect(seen[0]?.url).toBe('/v1/events?timer_id=tmr_1');
  });

  it('comes back after the end of the connection and resumes after the last event', async () => {
    const { items, seen, opened } = await follow(
      2,
      { lastEventId: '6' },
      stream(frame(anEvent('7'))),
      stream(frame(anEvent('8'))),
    );
    expect(items).toEqual([anEvent('7'), anEvent('8')]);
    expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual(['6', '7']);
    expect(opened).toBe(2);
  });

  it('says when events were missed', async () => {
    const reset = `event: ${STREAM_RESET}\ndata: {}\n\n`;
    const { items } = await follow(2, {}, stream(reset, frame(anEvent('7'))));
    expect(items).toEqual([{ type: STREAM_RESET }, anEvent('7')]);
  });

  it('comes back while the server restarts', async () => {
    const { items } = await follow(1, {}, problem('storage_unavailable'), stream(frame(anEvent('7'))));
    expect(items).toEqual([anEvent('7')]);
  });

  it('throws what asking again will not change', async () => {
    await expect(follow(1, {}, problem('unauthenticated'))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});
