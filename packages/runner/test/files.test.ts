import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Refused } from '../src/failure.ts';
import { findPlace } from '../src/files/place.ts';
import { writeAt, writeInside } from '../src/files/write.ts';
import { tempFolder } from './support/temp-folder.ts';

describe('writing a file', () => {
  let base: string;
  let allowed: string;
  let outside: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder: base, remove } = tempFolder());
    allowed = join(base, 'allowed');
    outside = join(base, 'outside');
    mkdirSync(allowed);
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'untouched');
  });
  afterEach(() => {
    expect(readdirSync(outside)).toEqual(['secret']);
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('untouched');
    remove();
  });

  const write = (file: string, { content = 'new', append = false, folders = [allowed] } = {}) =>
    writeInside(folders, { file, content, append }, '.draft');
  const at = (...names: string[]) => join(allowed, ...names);
  const read = (...names: string[]) => readFileSync(at(...names), 'utf8');

  it('makes it, with the folders on the way', async () => {
    await write('a/b/c.txt');
    await write(at('d', 'e.txt'), { append: true });
    expect([read('a', 'b', 'c.txt'), read('d', 'e.txt')]).toEqual(['new', 'new']);
    expect(readdirSync(at('a', 'b'))).toEqual(['c.txt']);
  });

  it('replaces it as a whole, and keeps its mode', async () => {
    writeFileSync(at('script'), 'old content, longer');
    chmodSync(at('script'), 0o751);
    const before = statSync(at('script')).ino;
    await write('script');
    expect(read('script')).toBe('new');
    expect(statSync(at('script')).mode & 0o777).toBe(0o751);
    expect(statSync(at('script')).ino).not.toBe(before);
    expect(readdirSync(allowed)).toEqual(['script']);
  });

  it('adds to it', async () => {
    await write('log', { content: 'a\n', append: true });
    await write('log', { content: 'b\n', append: true });
    expect(read('log')).toBe('a\nb\n');
  });

  it('may be in any of the allowed folders by its absolute path, and in the first by a relative one', async () => {
    const second = join(base, 'second');
    mkdirSync(second);
    const folders = [allowed, second];
    await write(join(second, 'x'), { folders });
    await write('y', { folders });
    expect([readdirSync(second), readdirSync(allowed)]).toEqual([['x'], ['y']]);
    await expect(write('../second/z', { folders })).rejects.toThrow(Refused);
  });

  it('puts right what a crash left of the same write', async () => {
    writeFileSync(at('.draft'), 'half');
    await write('x');
    expect(readdirSync(allowed)).toEqual(['x']);
  });

  it.each([
    '../outside/secret',
    'a/../../outside/secret',
    '..',
    '.',
    '',
    '/',
    'a/',
    'a/..',
    'a/.',
    '/etc/passwd',
    '/dev/null',
    'a\0b',
    '../allowed-not/x',
    '../allowed',
  ])('is refused for the name %j', async (file) => {
    await expect(write(file)).rejects.toThrow(Refused);
    await expect(write(file, { append: true })).rejects.toThrow(Refused);
    expect(readdirSync(allowed)).toEqual([]);
  });

  it('is refused for an absolute path that only begins like an allowed one', async () => {
    await expect(write(`${allowed}-not/x`)).rejects.toThrow(Refused);
    await expect(write(`${allowed}/../outside/secret`)).rejects.toThrow(Refused);
    await expect(write(allowed)).rejects.toThrow(Refused);
  });

  it.each([false, true])('is refused where a link leads out (appending: %s)', async (append) => {
    symlinkSync(outside, at('folder'));
    symlinkSync(join(outside, 'secret'), at('file'));
    symlinkSync('../outside', at('relative'));
    symlinkSync(join(outside, 'not-there'), at('dangling'));
    mkdirSync(at('deep'));
    symlinkSync('../folder', at('deep', 'chain'));
    for (const file of [
      'folder/new',
      'folder/secret',
      'file',
      'relative/new',
      'dangling',
      'deep/chain/new',
      'folder/a/b/c',
    ])
      await expect(write(file, { append })).rejects.toThrow(Refused);
  });

  it.each([false, true])('follows links that stay inside (appending: %s)', async (append) => {
    mkdirSync(at('real'));
    writeFileSync(at('real', 'log'), '');
    symlinkSync('real', at('alias'));
    symlinkSync(at('real', 'log'), at('latest'));
    await write('alias/new', { append });
    await write('latest', { append });
    expect([read('real', 'new'), read('real', 'log')]).toEqual(['new', 'new']);
    expect(lstatSync(at('latest')).isSymbolicLink()).toBe(true);
  });

  it('may be below an allowed folder that is a link itself', async () => {
    symlinkSync(allowed, join(base, 'link'));
    await write('x', { folders: [join(base, 'link')] });
    expect(read('x')).toBe('new');
  });

  it.each([false, true])(
    'is refused where a folder becomes a link after it was looked at (appending: %s)',
    async (append) => {
      mkdirSync(at('a', 'b'), { recursive: true });
      const [deep, shallow] = [
        await findPlace([allowed], 'a/b/secret'),
        await findPlace([allowed], 'a/secret'),
      ];
      renameSync(at('a'), at('was-a'));
      symlinkSync(outside, at('a'));
      for (const place of [deep, shallow])
        await expect(writeAt(place, { file: '', content: 'new', append }, '.draft')).rejects.toThrow(Refused);
    },
  );

  it.each([false, true])(
    'is refused where the file becomes a link after that (appending: %s)',
    async (append) => {
      const place = await findPlace([allowed], 'x');
      symlinkSync(join(outside, 'secret'), at('x'));
      await expect(writeAt(place, { file: 'x', content: 'new', append }, '.draft')).rejects.toThrow(Refused);
    },
  );

  // Elsewhere somebody that fast can win: see open-folder.ts.
  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is never misled while somebody swaps a folder for a link as fast as they can', async () => {
    mkdirSync(at('a'));
    // The writer may make the folder anew in between, so any step may fail.
    const swap = `const fs = require('node:fs');
      const [a, out] = process.argv.slice(1);
      const attempt = (step) => { try { step(); } catch {} };
      for (let turn = 0, until = Date.now() + 1500; Date.now() < until; turn++) {
        attempt(() => fs.renameSync(a, a + turn));
        attempt(() => fs.symlinkSync(out, a));
        attempt(() => fs.unlinkSync(a));
        attempt(() => fs.mkdirSync(a));
      }`;
    const swapper = spawn(process.execPath, ['-e', swap, at('a'), outside], { stdio: 'inherit' });
    let written = 0;
    while (swapper.exitCode === null) {
      for (const append of [false, true])
        written += await write('a/x', { append }).then(
          () => 1,
          () => 0,
        );
    }
    expect(swapper.exitCode).toBe(0);
    expect(written).toBeGreaterThan(0);
  });

  it.each([false, true])('is refused for what is no file (appending: %s)', async (append) => {
    mkdirSync(at('folder'));
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', at('pipe')]);
    await expect(write('folder', { append })).rejects.toThrow(Refused);
    await expect(write('pipe', { append })).rejects.toThrow(Refused);
  });

  it('fails where a file is in the way of a folder, or the allowed folder is missing', async () => {
    writeFileSync(at('file'), '');
    await expect(write('file/x')).rejects.toThrow('ENOTDIR');
    await expect(write('x', { folders: [join(base, 'missing')] })).rejects.toThrow('ENOENT');
  });

  it('replaces one of several names of a file alone', async () => {
    writeFileSync(at('one'), 'old');
    linkSync(at('one'), at('two'));
    await write('one');
    expect([read('one'), read('two')]).toEqual(['new', 'old']);
  });
});
