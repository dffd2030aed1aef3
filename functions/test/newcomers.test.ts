import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ApiClient, inOneWindow } from '@minoots/core/testing';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

const HOUR_MS = 3_600_000;
let database: OpenFirestore;
let engine: EngineUnderTest;
beforeEach(async () => {
  database = await openFirestore();
  engine = await startEngineUnderTest(database.firestore, 'real', { newcomersPerHour: 2 });
});
afterEach(async () => {
  await engine.close();
  await database.close();
});

it('lets so many people come for the first time from the address that the front end has seen', async () => {
  const come = async (name: string, forwarded: string, provider = 'password') => {
    const key = await engine.signIn({ email: `${name}@example.com`, emailVerified: true, provider });
    const client = new ApiClient({ baseUrl: engine.baseUrl, key });
    const headers = { 'x-forwarded-for': forwarded };
    return (await client.call('GET', '/v1/timers', { headers })).status;
  };
  await inOneWindow(HOUR_MS);
  expect(await come('ann', '198.51.100.1, 192.0.2.1')).toBe(200);
  expect(await come('bob', '198.51.100.2, 192.0.2.1')).toBe(200);
  expect(await come('eve', '198.51.100.3, 192.0.2.1')).toBe(429);
  expect(await come('ann', '192.0.2.1')).toBe(200);
  expect(await come('carol', '192.0.2.1', 'saml.acme')).toBe(200);
  expect(await come('eve', '192.0.2.2')).toBe(200);
});
