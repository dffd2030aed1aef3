import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastBytes } from './last-bytes.ts';
import { OutputTail } from './output-tail.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const max = fc.integer({ min: 4, max: 20 });

describe('lastBytes', () => {
  it('gives as much of the end of a text as fits, without cutting a character', () => {
    fc.assert(
      fc.property(text, max, (whole, limit) => {
        const end = lastBytes(Buffer.from(whole), limit);
        const sound = Buffer.from(whole).toString();
        expect(sound.endsWith(end)).toBe(true);
        expect(Buffer.byteLength(end)).toBeLessThanOrEqual(limit);
        // One character more would not fit.
        const [next] = [...sound.slice(0, sound.length - end.length)].slice(-1);
        if (next !== undefined) expect(Buffer.byteLength(next + end)).toBeGreaterThan(limit);
      }),
    );
  });

  it('never gives more than fits, of whatever bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), max, (bytes, limit) => {
        const end = lastBytes(Buffer.from(bytes), limit);
        expect(Buffer.byteLength(end)).toBeLessThanOrEqual(limit);
        expect(end.isWellFormed()).toBe(true);
      }),
    );
  });

  it.each([
    ['a character that has only begun', Buffer.from('abc𝄞').subarray(0, -1), 'abc'],
    ['a character that lost its begin', Buffer.from('𝄞abc').subarray(1), '\uFFFD\uFFFD\uFFFDabc'],
  ])('reads %s', (_, bytes, expected) => {
    expect(lastBytes(bytes, 100)).toBe(expected);
  });
});

describe('OutputTail', () => {
  it('tells the same however the output is cut into chunks', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        max,
        (whole, sizes, limit) => {
          const tail = new OutputTail(limit);
          const bytes = Buffer.from(whole);
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1;
            tail.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(tail.text()).toBe(lastBytes(bytes, limit));
        },
      ),
    );
  });
});
