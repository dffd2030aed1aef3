import { describe, expect, it } from '@jest/globals';
import { formatInstant, formatSpan } from './format.js';

describe('formatSpan', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [1, '1 s'],
    [59_000, '59 s'],
    [59_001, '1:00'],
    [729_000, '12:09'],
    [3_600_000, '1:00:00'],
    [86_399_000, '23:59:59'],
    [86_400_000, '1 d 0:00:00'],
    [274_329_000, '3 d 4:12:09'],
  ])('shows %d ms as %s', (spanMs, text) => {
    expect(formatSpan(spanMs)).toBe(text);
  });
});

describe('formatInstant', () => {
  it('shows the day where it is not today', () => {
    const now = new Date(2030, 0, 31, 9);
    const today = formatInstant(new Date(2030, 0, 31, 17).toISOString(), now);
    const tomorrow = formatInstant(new Date(2030, 1, 1, 17).toISOString(), now);
    expect(today).not.toContain('2030');
    expect(tomorrow).toContain('2030');
  });
});
