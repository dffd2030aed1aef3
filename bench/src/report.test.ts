import { describe, expect, it } from '@jest/globals';
import { table } from './report.ts';

describe('table', () => {
  it('aligns text to the left and numbers to the right, with a column for every name that occurs', () => {
    const rows = [
      { rival: 'minoots', per_second: 12_345.6 },
      { rival: 'bullmq', per_second: 2.345, memory_mib: null },
    ];
    expect(table(rows).split('\n')).toEqual([
      'rival    per_second  memory_mib',
      '-------  ----------  ----------',
      'minoots      12,346  –',
      'bullmq         2.35  –',
    ]);
  });
});
