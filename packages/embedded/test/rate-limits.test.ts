import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient, inOneWindow } from '@minoots/core/testing';
import { type RunningServer, startServer } from '../src/index.ts';
import { OidcProvider } from './support/oidc-provider.ts';
import { makeTempFolder } from './support/temp-folder.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const GUESSES = 3;
const REQUESTS = 12_500;

describe('the limits of requests to the embedded engine', () => {
  let home: string;
  let server: RunningServer;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'minoots-'));
    server = await startServer({ port: 0, host: '127.0.0.1', home, guessesPerMinute: GUESSES });
  });
  afterEach(async () => {
    await server.close();
    await rm(home, { recursive: true });
  });

  const get = async (key: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}/v1/context/nothing`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    await response.arrayBuffer();
    return response;
  };

  it('go by the address of the connection, whatever headers say, and never stop a known key', async () => {
    await inOneWindow(MINUTE_MS);
    const statuses: number[] = [];
    for (let n = 0; n < GUESSES + 2; n++)
      statuses.push((await get('a-guess', { 'x-forwarded-for': `192.0.2.${n}` })).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await get(server.apiKey)).status).toBe(404);
  });

  it('let so many people come for the first time from one address, and those whom they know', async () => {
    const provider = await OidcProvider.start();
    const elsewhere = await makeTempFolder();
    const settings = { port: 0, host: '127.0.0.1', home: elsewhere.folder, oidc: provider } as const;
    const few = await startServer({ ...settings, newcomersPerHour: 1 });
    const come = async (name: string) => {
      const key = await provider.signIn({ email: `${name}@example.com`, emailVerified: true });
      return (await new ApiClient({ baseUrl: few.url, key }).call('GET', '/v1/timers')).status;
    };
    await inOneWindow(HOUR_MS);
    expect([await come('ann'), await come('bob'), await come('ann')]).toEqual([200, 429, 200]);
    await few.close();
    await provider.close();
    await elsewhere.remove();
  });

  it('are not for the owner’s own key', async () => {
    let refused = 0;
    for (let n = 0; n < REQUESTS; n += 100) {
      const responses = await Promise.all(Array.from({ length: 100 }, () => get(server.apiKey)));
      refused += responses.filter(({ status, headers }) => status !== 404 || headers.has('ratelimit')).length;
    }
    expect(refused).toBe(0);
  });
});
