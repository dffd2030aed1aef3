import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTargetGuard, type ResolveName } from '@minoots/core';
import { startNameServer } from '@minoots/core/testing';
import { nameServers } from '../src/targets/name-servers.ts';

const PUBLIC = '93.184.215.14';

describe('nameServers', () => {
  let server: Awaited<ReturnType<typeof startNameServer>>;
  let resolve: ResolveName;
  beforeAll(async () => {
    server = await startNameServer({
      'hooks.example.com': [PUBLIC, '93.184.215.15'],
      'silent.example.com': 'silent',
      'inner.example.com': [PUBLIC, '169.254.169.254'],
    });
    resolve = nameServers([server.address]);
  });
  afterAll(() => server.close());

  it('finds all addresses of a name', async () => {
    const addresses = await resolve('hooks.example.com');
    expect(addresses.map(({ address }) => address).sort()).toEqual([PUBLIC, '93.184.215.15']);
    expect(addresses.every(({ family }) => family === 4)).toBe(true);
  });

  it('tells a name that there is not from one whose server does not answer', async () => {
    await expect(resolve('nobody.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolve('silent.example.com')).rejects.toMatchObject({ code: 'EAI_AGAIN' });
  });

  it('finds a name at once while many are asked for that are not answered', async () => {
    const silent = Array.from({ length: 50 }, () => resolve('silent.example.com').catch(() => 'none'));
    const first = await Promise.race([resolve('hooks.example.com'), ...silent]);
    expect(first).toHaveLength(2);
    await Promise.all(silent);
  });

  it('shows the guard a private address behind a public name', async () => {
    const guard = createTargetGuard({ allowPrivate: false, resolve });
    expect(await guard.refusal('https://hooks.example.com/')).toBeNull();
    expect(await guard.refusal('https://inner.example.com/')).toContain('not public');
  });
});
