import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { TimerGraph } from '@minoots/contract';
import { describeGraph } from './graph-text.ts';

const graphOf = (pairs: [from: string, to: string][], graph: Partial<TimerGraph> = {}): TimerGraph => ({
  nodes: [...new Set(pairs.flat())].map((name) => ({ id: `tmr_${name}`, name, status: 'waiting', depth: 0 })),
  edges: pairs.map(([from, to]) => ({ from: `tmr_${from}`, to: `tmr_${to}`, type: 'depends_on' })),
  truncated: false,
  ...graph,
});
const drawn = (graph: TimerGraph) => stripVTControlCharacters(describeGraph(graph, 'tmr_b')).split('\n');

describe('describeGraph', () => {
  it('draws a tree from the top and points at the timer asked for', () => {
    const pairs: [string, string][] = [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'd'],
    ];
    expect(drawn(graphOf(pairs))).toEqual([
      'a  waiting  tmr_a',
      '├─ b  waiting  tmr_b  ◀',
      '│  └─ c  waiting  tmr_c',
      '└─ d  waiting  tmr_d',
    ]);
  });

  it('tells what a timer made', () => {
    const edges = [{ from: 'tmr_a', to: 'tmr_b', type: 'spawned' } as const];
    expect(drawn(graphOf([['a', 'b']], { edges }))[1]).toBe('└─ b  waiting  tmr_b  (made by it)  ◀');
  });

  it('draws what follows from a timer with several parents once', () => {
    const pairs: [string, string][] = [
      ['a', 'c'],
      ['b', 'c'],
      ['c', 'd'],
    ];
    expect(drawn(graphOf(pairs, { truncated: true }))).toEqual([
      'a  waiting  tmr_a',
      '└─ c  waiting  tmr_c',
      '   └─ d  waiting  tmr_d',
      'b  waiting  tmr_b  ◀',
      '└─ c  waiting  tmr_c  (see above)',
      'There is more than these 4 timers.',
    ]);
  });

  it('comes to an end where timers stand in a circle', () => {
    const pairs: [string, string][] = [
      ['a', 'b'],
      ['b', 'a'],
    ];
    expect(drawn(graphOf(pairs))).toHaveLength(3);
  });
});
