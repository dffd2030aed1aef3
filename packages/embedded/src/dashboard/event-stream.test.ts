import { describe, expect, it } from '@jest/globals';
import { eventParser } from './event-stream.js';

const STREAM = [
  'retry: 2000\n\n',
  'event: stream.reset\ndata: {}\n\n',
  ': alive\n\n',
  'id: a-1\nevent: timer.fired\ndata: {"message":"Fired: on time"}\n\n',
].join('');
const EVENTS = [
  { id: '', type: 'stream.reset', data: '{}' },
  { id: 'a-1', type: 'timer.fired', data: '{"message":"Fired: on time"}' },
];

describe('eventParser', () => {
  it('reads events and passes over the rest', () => {
    expect(eventParser()(STREAM)).toEqual(EVENTS);
  });

  it('reads the same however the stream is cut', () => {
    for (let length = 1; length < 20; length++) {
      const parse = eventParser();
      const parts = STREAM.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? [];
      expect(parts.flatMap((part) => parse(part))).toEqual(EVENTS);
    }
  });

  it('gives no event before it is complete', () => {
    const parse = eventParser();
    expect(parse('data: {}\n')).toEqual([]);
    expect(parse('\n')).toEqual([{ id: '', type: '', data: '{}' }]);
  });
});
