import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { aTimer } from '../../test/support/timers.ts';
import { renderBars } from './bars.ts';
import { formatProgress, formatRemaining, formatSpan } from './format.ts';

describe('formatSpan', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [29_998, '30s'],
    [90_000, '1m 30s'],
    [5_400_000, '1h 30m'],
    [86_400_000 * 400, '1y 35d'],
  ])('shows %i ms as %s', (spanMs, text) => {
    expect(formatSpan(spanMs)).toBe(text);
  });
});

describe('formatProgress', () => {
  it.each([
    [0, '░░░░   0%'],
    [0.5, '██░░  50%'],
    [0.999, '███░  99%'],
    [1, '████ 100%'],
    [7, '████ 100%'],
  ])('draws %f', (progress, bar) => {
    expect(stripVTControlCharacters(formatProgress(progress, 4))).toBe(bar);
  });
});

describe('formatRemaining', () => {
  it('has nothing to say of a timer that fired', () => {
    expect(formatRemaining(aTimer())).toBe('30s');
    expect(formatRemaining(aTimer({ status: 'expired', time_remaining_ms: 0 }))).toBe('–');
  });
});

describe('renderBars', () => {
  const timers = ['one', 'two', 'three'].map((name) => aTimer({ name }));

  it('draws a line per timer', () => {
    const lines = stripVTControlCharacters(renderBars(timers, 3)).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(`one    ${'█'.repeat(14)}${'░'.repeat(14)}  50%  30s`);
  });

  it('counts those for which there is no room', () => {
    const lines = stripVTControlCharacters(renderBars(timers, 2)).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe('and 2 more');
  });
});
