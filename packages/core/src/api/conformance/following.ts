import { afterEach, describe, expect, it } from '@jest/globals';
import { STREAM_RESET, Timer, TimerEvent } from '@minoots/contract';
import { pointers } from './client.ts';
import { EventReader, type ServerSentEvent } from './event-reader.ts';
import type { Suite } from './suite.ts';

/** `GET /v1/timers/{id}/wait` and `GET /v1/events`. */
export function followingEvents({ api, server }: Suite): void {
  describe('GET /v1/timers/{id}/wait', () => {
    it('answers at once for a timer that has ended', async () => {
      const { id } = await api().create();
      await api().command(id, 'cancel');
      expect(await api().get(Timer, `/v1/timers/${id}/wait`)).toMatchObject({ status: 'cancelled' });
    });

    it('answers when the timer ends', async () => {
      const { id } = await api().create({ duration: 50 });
      const waiting = api().get(Timer, `/v1/timers/${id}/wait?timeout=30s`);
      await server().advance(50);
      expect(await waiting).toMatchObject({ status: 'expired' });
    });

    it('answers with the timer as it is when the timeout passes', async () => {
      const { id } = await api().create();
      expect(await api().get(Timer, `/v1/timers/${id}/wait?timeout=0`)).toMatchObject({ status: 'running' });
      expect(await api().get(Timer, `/v1/timers/${id}/wait?timeout=20ms`)).toMatchObject({
        status: 'running',
      });
    });

    it.each(['timeout=61s', 'timeout=-1', 'timeout=soon', 'until=later'])('refuses %s', async (query) => {
      const { id } = await api().create();
      const [name] = query.split('=');
      expect(pointers(await api().refusal(400, 'GET', `/v1/timers/${id}/wait?${query}`))).toEqual([
        `?${name}`,
      ]);
    });
  });

  describe('GET /v1/events', () => {
    const open: EventReader[] = [];
    afterEach(async () => {
      await Promise.all(open.splice(0).map((reader) => reader.close()));
    });

    async function follow(query: string, lastEventId?: string): Promise<EventReader> {
      const headers: Record<string, string> =
        lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      const response = await api().open(`/v1/events${query}`, { headers });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      const reader = new EventReader(response);
      open.push(reader);
      return reader;
    }

    const parse = ({ data = '' }: ServerSentEvent) => TimerEvent.parse(JSON.parse(data));

    it('tells of a timer from its creation to its end', async () => {
      const reader = await follow('?agent_id=followed');
      const { id } = await api().create({ agent_id: 'followed', duration: 10 });
      await server().advance(10);
      const types: string[] = [];
      while (!types.includes('timer.expired')) {
        const event = await reader.next();
        expect(parse(event)).toMatchObject({
          id: event.id,
          type: event.event,
          timer_id: id,
          agent_id: 'followed',
        });
        types.push(event.event ?? '');
      }
      expect(types[0]).toBe('timer.created');
      expect(types.indexOf('timer.fired')).toBeLessThan(types.indexOf('timer.expired'));
    });

    it('tells only of what is asked for', async () => {
      const { id } = await api().create();
      const reader = await follow(`?timer_id=${id}&types=timer.paused,timer.cancelled`);
      const other = await api().create();
      await api().command(other.id, 'cancel');
      for (const verb of ['pause', 'resume', 'cancel']) await api().command(id, verb);
      const events = [parse(await reader.next()), parse(await reader.next())];
      expect(events.map(({ type, timer_id }) => [type, timer_id])).toEqual([
        ['timer.paused', id],
        ['timer.cancelled', id],
      ]);
    });

    it('goes on after the event that Last-Event-ID names, without a gap and without a repeat', async () => {
      const { id } = await api().create();
      const query = `?timer_id=${id}&types=timer.paused,timer.resumed,timer.cancelled`;
      const first = await follow(query);
      await api().command(id, 'pause');
      const paused = await first.next();
      await first.close();
      await api().command(id, 'resume');
      const second = await follow(query, paused.id);
      await api().command(id, 'cancel');
      expect([(await second.next()).event, (await second.next()).event]).toEqual([
        'timer.resumed',
        'timer.cancelled',
      ]);
    });

    it('says first when it cannot go on where the reader left off', async () => {
      const { id } = await api().create();
      const reader = await follow(`?timer_id=${id}`, 'from-another-life');
      await api().command(id, 'cancel');
      expect((await reader.next()).event).toBe(STREAM_RESET);
      expect((await reader.next()).event).toBe('timer.cancelled');
    });

    it.each([
      ['types=timer.exploded', '?types'],
      ['timer_id=a b', '?timer_id'],
      ['team=other', '?team'],
    ])('refuses %s', async (query, pointer) => {
      expect(pointers(await api().refusal(400, 'GET', `/v1/events?${query}`))).toEqual([pointer]);
    });
  });
}
