import { describe, expect, it } from '@jest/globals';
import { RememberedIdTokens } from './google-id-tokens.ts';

const HOUR_MS = 3_600_000;

describe('RememberedIdTokens', () => {
  function tokens() {
    const asked: string[] = [];
    const elapsed = { ms: 0, now: () => elapsed.ms };
    const source = new RememberedIdTokens(async (audience) => {
      asked.push(audience);
      if (audience === 'broken' && asked.length === 1) throw new Error('no token');
      return `${audience} ${asked.length}`;
    }, elapsed);
    return { source, asked, elapsed };
  }

  it('asks once for each audience', async () => {
    const { source, asked } = tokens();
    const both = await Promise.all([source.tokenFor('a'), source.tokenFor('a')]);
    expect(both).toEqual(['a 1', 'a 1']);
    expect(await source.tokenFor('b')).toBe('b 2');
    expect(asked).toEqual(['a', 'b']);
  });

  it('asks again before the token ends', async () => {
    const { source, elapsed } = tokens();
    await source.tokenFor('a');
    elapsed.ms = HOUR_MS - 60_000;
    expect(await source.tokenFor('a')).toBe('a 2');
  });

  it('asks again after a failure', async () => {
    const { source } = tokens();
    await expect(source.tokenFor('broken')).rejects.toThrow('no token');
    expect(await source.tokenFor('broken')).toBe('broken 2');
  });
});
