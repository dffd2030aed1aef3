import { describe, expect, it } from '@jest/globals';
import { JsonObject, JsonValue } from './primitives.ts';

const NOT_JSON = [
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1n,
  Symbol('a'),
  () => 1,
  new Date(0),
  new Map(),
];

describe('JsonValue', () => {
  it.each([null, true, 0, -1.5, '', 'text', [], [1, ['a', null]], {}, { a: { b: [{ c: false }] } }])(
    'takes %j as it is',
    (value) => expect(JsonValue.parse(value)).toEqual(value),
  );

  it.each(NOT_JSON)('refuses %p wherever it stands', (value) => {
    for (const inside of [value, [value], { a: value }, [{ a: [1, value] }]])
      expect(JsonValue.safeParse(inside).success).toBe(false);
  });

  it('takes objects without a prototype and refuses those of classes', () => {
    expect(JsonValue.safeParse(Object.assign(Object.create(null), { a: 1 })).success).toBe(true);
    class Point {
      x = 1;
    }
    expect(JsonValue.safeParse(new Point()).success).toBe(false);
  });
});

describe('JsonObject', () => {
  it('takes objects alone', () => {
    expect(JsonObject.parse({ a: [1] })).toEqual({ a: [1] });
    for (const value of [null, 1, 'text', [], [{ a: 1 }]]) {
      expect(JsonObject.safeParse(value).success).toBe(false);
    }
  });
});
