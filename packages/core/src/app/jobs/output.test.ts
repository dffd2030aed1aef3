import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { outputTail } from './output.ts';

describe('outputTail', () => {
  it('keeps the end, as much of it as 4 KiB hold, and no half of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 3_000, size: 'max' }), (text) => {
        const tail = outputTail(text) ?? '';
        expect(text.endsWith(tail)).toBe(true);
        expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4_096);
        if (tail !== text) expect(Buffer.byteLength(tail)).toBeGreaterThan(4_092);
      }),
    );
  });

  it('is null of nothing', () => {
    expect(outputTail('')).toBeNull();
  });
});
