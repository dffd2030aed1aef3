import { describe, expect, it } from '@jest/globals';
import { aTimer } from '../../test/support/timers.ts';
import { readAnswer, toWire } from './wire.ts';

describe('toWire', () => {
  it.each(['', ' ', '.', '..', '../timers', 'a/b', 'a?b'])(
    'refuses the id %j, which names something else',
    (id) => {
      expect(() => toWire('deleteTimer', { id })).toThrow(/invalid_request: ".*" is not an id/);
    },
  );

  it('refuses a missing id', () => {
    expect(() => toWire('deleteTimer')).toThrow(/a missing id is not an id/);
  });

  it('gives every POST an Idempotency-Key of its own, and nothing else one', () => {
    const keys = [toWire('cancelTimer', { id: 'a' }), toWire('cancelTimer', { id: 'a' })].map(
      ({ headers }) => headers['idempotency-key'],
    );
    expect(new Set(keys).size).toBe(2);
    expect(toWire('getTimer', { id: 'a' }).headers).toEqual({});
    expect(toWire('deleteTimer', { id: 'a' }).headers).toEqual({});
  });

  it('writes lists with commas and leaves out what is not given', () => {
    const query = { status: ['running', 'paused'], limit: 20, name: undefined, 'label.env': 'a&b' };
    const { path } = toWire('listTimers', { query });
    expect(path).toBe('/v1/timers?status=running%2Cpaused&limit=20&label.env=a%26b');
  });
});

describe('readAnswer', () => {
  it('gives what the contract promises', () => {
    expect(readAnswer('getTimer', aTimer())).toEqual(aTimer());
  });

  it('names what is not as promised', () => {
    expect(() => readAnswer('getTimer', { ...aTimer(), status: 'dancing' })).toThrow(
      /unexpected_response: the answer to getTimer is not as expected at \/status/,
    );
  });
});
