import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Team } from '@minoots/contract';
import type { Logger } from '@minoots/core';
import { ApiClient, formsOf, startReceiver, type TestReceiver, tellSecrets } from '@minoots/core/testing';
import type { CollectionReference, Firestore } from 'firebase-admin/firestore';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

describe('what the Firebase engine stores and says', () => {
  let database: OpenFirestore;
  let engine: EngineUnderTest;
  let receiver: TestReceiver;
  const logged: string[] = [];
  beforeEach(async () => {
    database = await openFirestore();
    const log = (fields: object, message: string) => {
      logged.push(`${message} ${JSON.stringify(fields, textOf)}`);
    };
    const logger: Logger = { info: log, warn: log, error: log };
    engine = await startEngineUnderTest(database.firestore, 'real', { logger });
    receiver = await startReceiver((response, { path, headers }) =>
      response.writeHead(500).end(JSON.stringify({ path, headers })),
    );
  });
  afterEach(async () => {
    await receiver.close();
    await engine.close();
    await database.close();
  });

  /** Somebody who has founded a team. */
  async function founder(): Promise<ApiClient> {
    const key = (await engine.signIn?.({ email: 'ada@example.com', emailVerified: true })) ?? '';
    const person = new ApiClient({ baseUrl: engine.baseUrl, key });
    const { id } = await person.read(Team, 201, 'POST', '/v1/teams', { body: { name: 'Acme' } });
    return person.forTeam(id);
  }

  it('holds no key, no invitation, no named secret and no signing secret, once these are made', async () => {
    const { secrets, said, stored } = await tellSecrets(new ApiClient(engine), receiver, await founder());
    const dump = await dumpOf(database.firestore);
    for (const text of stored) expect(dump).toContain(text);
    // The recorded answers are gzipped: that they were read is to be seen, too.
    expect(dump).toContain('"status":201');
    const all = new Map([...secrets, ['the key of the tests', engine.key]]);
    expect(all.size).toBe(8);
    const places = { said, dump, logged: logged.join('\n') };
    const found = Object.entries(places).flatMap(([place, text]) =>
      [...all]
        .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
        .map(([name]) => `${name} in ${place}`),
    );
    expect(found).toEqual([]);
  });
});

/** Every document at every depth, with what is packed in it. */
async function dumpOf(firestore: Firestore): Promise<string> {
  const collections = await firestore.listCollections();
  return (await Promise.all(collections.map(dumpCollection))).join('\n');
}

async function dumpCollection(collection: CollectionReference): Promise<string> {
  const { docs } = await collection.get();
  const parts = await Promise.all(
    docs.map(async (document) => {
      const deeper = await Promise.all((await document.ref.listCollections()).map(dumpCollection));
      return [document.ref.path, JSON.stringify(document.data(), textOf), ...deeper].join('\n');
    }),
  );
  return parts.join('\n');
}

/** What JSON shows of a value: bytes unpacked where they are packed, errors with what they say. */
function textOf(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = Object(this)[key];
  if (raw instanceof Uint8Array) {
    const bytes = Buffer.from(raw);
    return bytes[0] === 0x1f && bytes[1] === 0x8b
      ? JSON.parse(gunzipSync(bytes).toString())
      : bytes.toString('latin1');
  }
  if (raw instanceof Error) return `${raw.stack} ${textOf.call({ cause: raw.cause }, 'cause', raw.cause)}`;
  return value;
}
