import { describe, expect, it } from '@jest/globals';
import { DocumentLocks } from './document-locks.ts';

const PATIENT_MS = 60_000;
const aborted = expect.objectContaining({ code: 10 });

/** Owners `a`, `b` and `c`, and a record of who got what in which order. */
function setUp(waitMs = PATIENT_MS) {
  const locks = new DocumentLocks(waitMs);
  const owners = { a: { is: 'a' }, b: { is: 'b' }, c: { is: 'c' } };
  const got: string[] = [];
  const take = async (owner: keyof typeof owners, ...names: string[]) => {
    await locks.acquire(owners[owner], names);
    got.push(owner);
  };
  return { take, release: (owner: keyof typeof owners) => locks.release(owners[owner]), got };
}

describe('document locks', () => {
  it('are handed over in the order in which they were asked for', async () => {
    const { take, release, got } = setUp();
    await take('a', 'x');
    const others = Promise.all([take('b', 'x'), take('c', 'x')]);
    release('a');
    await Promise.resolve();
    release('b');
    await others;
    expect(got).toEqual(['a', 'b', 'c']);
  });

  it('are taken again by their owner at once', async () => {
    const { take, got } = setUp();
    await take('a', 'x', 'y');
    await take('a', 'y', 'x');
    expect(got).toEqual(['a', 'a']);
  });

  it('are granted to all requests of an owner together', async () => {
    const { take, release, got } = setUp();
    await take('a', 'x');
    const both = Promise.all([take('b', 'x'), take('b', 'x')]);
    release('a');
    await both;
    expect(got).toEqual(['a', 'b', 'b']);
  });

  it('are refused where a wait would close a circle', async () => {
    const { take, release } = setUp();
    await Promise.all([take('a', 'x'), take('b', 'y'), take('c', 'z')]);
    const waiting = [take('a', 'y'), take('b', 'z')];
    await expect(take('c', 'x')).rejects.toEqual(aborted);
    release('c');
    await waiting[1];
    release('b');
    await waiting[0];
  });

  it('are refused where the circle goes through a queue', async () => {
    const { take, release } = setUp();
    await take('a', 'x');
    await take('b', 'y');
    const second = take('c', 'x');
    const third = take('b', 'x');
    await expect(take('a', 'y')).rejects.toEqual(aborted);
    release('a');
    await second;
    release('c');
    await third;
  });

  it('are refused after too long a wait, and go to the next one then', async () => {
    const { take, release } = setUp(20);
    await take('a', 'x');
    await expect(take('b', 'x')).rejects.toEqual(aborted);
    const next = take('c', 'x');
    release('a');
    await next;
  });

  it('are no longer waited for once their owner has given up', async () => {
    const { take, release, got } = setUp();
    await take('a', 'x');
    const given = take('b', 'x');
    const next = take('c', 'x');
    release('b');
    release('a');
    await expect(given).rejects.toEqual(aborted);
    await next;
    expect(got).toEqual(['a', 'c']);
  });
});
