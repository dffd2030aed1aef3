import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerUnderTest, startNameServer } from '@minoots/core/testing';
import { startServer } from '../src/index.ts';
import { OidcProvider } from './support/oidc-provider.ts';

/** Starts a server on a free port with an empty data folder and a virtual clock; closing it removes the folder. */
export async function startServerUnderTest(): Promise<ServerUnderTest> {
  const home = await mkdtemp(join(tmpdir(), 'minoots-'));
  const provider = await OidcProvider.start();
  const oidc = { issuer: provider.issuer, audience: provider.audience };
  const names = await startNameServer();
  const nameServers = [names.address];
  // The suites show wrong keys, ask for teams of others and sign people in by the hundred.
  const limits = { guessesPerMinute: 100_000, newcomersPerHour: 100_000 };
  const people = { oidc, nameServers, ...limits };
  const settings = { port: 0, host: '127.0.0.1', home, clock: 'virtual', ...people } as const;
  const { url, apiKey, close } = await startServer(settings);
  return {
    baseUrl: url,
    key: apiKey,
    operatorKey: apiKey,
    advance: async (byMs) => {
      const response = await fetch(`${url}/v1/clock/advance`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ by: byMs }),
      });
      if (!response.ok) throw new Error(`the clock did not move: ${await response.text()}`);
      await response.arrayBuffer();
    },
    signIn: (person) => provider.signIn(person),
    publish: names.publish,
    close: async () => {
      await close();
      await provider.close();
      await names.close();
      await rm(home, { recursive: true });
    },
  };
}
