import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import pc from 'picocolors';
import { renderFields, renderTable } from './table.ts';

describe('renderTable', () => {
  it('aligns columns by what a terminal shows', () => {
    const colours = pc.createColors(true);
    const table = renderTable(
      ['NAME', 'STATUS'],
      [
        ['世界', colours.red('failed')],
        ['tea', 'running'],
      ],
    );
    expect(stripVTControlCharacters(table).split('\n')).toEqual([
      'NAME  STATUS',
      '世界  failed',
      'tea   running',
    ]);
  });

  it('cuts what is longer than a person reads', () => {
    const [, row = ''] = renderTable(['NAME'], [['x'.repeat(200)]]).split('\n');
    expect(row).toMatch(/^x{95}…$/);
  });
});

describe('renderFields', () => {
  it('leaves out what has no value', () => {
    const fields = renderFields([
      ['id', 'tmr_1'],
      ['agent', null],
      ['status', 'running'],
    ]);
    expect(stripVTControlCharacters(fields)).toBe('id      tmr_1\nstatus  running');
  });
});
