import { describe, expect, it } from '@jest/globals';
import { KeyedLock } from './keyed-lock.ts';

describe('KeyedLock', () => {
  it('lets work of one key through one by one, in the order of asking, also after a failure', async () => {
    const lock = new KeyedLock();
    const log: string[] = [];
    const work = (name: string, fails = false) =>
      lock.run('key', async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('does not make one key wait for another', async () => {
    const lock = new KeyedLock();
    const endless = lock.run('slow', () => new Promise<never>(() => {}));
    expect(await Promise.race([endless, lock.run('quick', async () => 'done')])).toBe('done');
  });
});
