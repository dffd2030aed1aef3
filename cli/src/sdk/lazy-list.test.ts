import { inspect } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { lazyList } from './lazy-list.ts';

function aList() {
  const readSync = jest.fn(() => ['a', 'b']);
  const read = jest.fn(async () => ['a', 'b']);
  return { list: lazyList(readSync, read), readSync, read };
}

describe('lazyList', () => {
  it('reads nothing until it is needed', () => {
    const { readSync, read } = aList();
    expect(readSync).not.toHaveBeenCalled();
    expect(read).not.toHaveBeenCalled();
  });

  it.each<[string, (list: string[]) => unknown, unknown]>([
    ['its length', (list) => list.length, 2],
    ['an entry', (list) => list[1], 'b'],
    ['map', (list) => list.map((entry) => entry.toUpperCase()), ['A', 'B']],
    ['spread', (list) => [...list], ['a', 'b']],
    ['in', (list) => 1 in list, true],
    ['Object.keys', (list) => Object.keys(list), ['0', '1']],
    ['JSON', (list) => JSON.stringify(list), '["a","b"]'],
    ['concat', (list) => ['z'].concat(list), ['z', 'a', 'b']],
    ['inspection', (list) => inspect(list), "[ 'a', 'b' ]"],
  ])('is read once by %s', (_, use, expected) => {
    const { list, readSync, read } = aList();
    expect(Array.isArray(list)).toBe(true);
    expect(use(list)).toEqual(expected);
    expect(use(list)).toEqual(expected);
    expect(readSync).toHaveBeenCalledTimes(1);
    expect(read).not.toHaveBeenCalled();
  });

  it('gives a plain array when it is awaited, without blocking then or later', async () => {
    const { list, readSync, read } = aList();
    const awaited = await list;
    expect(awaited).toEqual(['a', 'b']);
    expect('then' in awaited).toBe(false);
    expect(list.length).toBe(2);
    await list;
    expect(read).toHaveBeenCalledTimes(1);
    expect(readSync).not.toHaveBeenCalled();
  });

  it('hands its failure to whoever awaits it', async () => {
    const list = lazyList(
      () => [],
      () => Promise.reject(new Error('no way')),
    );
    await expect(list).rejects.toThrow('no way');
  });
});
