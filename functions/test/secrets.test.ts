import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient, startReceiver, type TestReceiver, until } from '@minoots/core/testing';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { type MeteredFirestore, openMeteredFirestore } from './support/firestore.ts';

const VALUE = 'correct-horse-battery-staple';

describe('the secrets of the Firebase engine', () => {
  let database: MeteredFirestore;
  let engine: EngineUnderTest;
  let receiver: TestReceiver;
  let api: ApiClient;
  beforeEach(async () => {
    database = await openMeteredFirestore();
    engine = await startEngineUnderTest(database.firestore, 'real');
    receiver = await startReceiver((response, { headers }) =>
      response.writeHead(500).end(JSON.stringify(headers)),
    );
    api = new ApiClient(engine);
    await api.call('PUT', '/v1/secrets/TOKEN', { body: { value: VALUE } });
  });
  afterEach(async () => {
    await receiver.close();
    await engine.close();
    await database.close();
  });

  /** Fires a timer and waits for its end. */
  async function fire(events: object): Promise<string> {
    const { id } = await api.create({ duration: 1, retry: { max_attempts: 1 }, events });
    await until('the timer to end', async () => ((await api.timer(id)).settled_at === null ? null : true));
    return id;
  }
  const withSecret = () => {
    const headers = { authorization: 'Bearer ${secret.TOKEN}' };
    return { on_expire: { webhook: { url: `${receiver.url}/\${secret.TOKEN}`, headers } } };
  };

  it('are in no document, once set and used', async () => {
    const id = await fire(withSecret());
    expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer ${VALUE}`);
    const collections = await database.firestore.listCollections();
    const snapshots = await Promise.all(collections.map((collection) => collection.get()));
    const stored = JSON.stringify(snapshots.flatMap(({ docs }) => docs.map((document) => document.data())));
    expect(stored).toContain(id);
    expect(stored).toContain('TOKEN');
    for (const encoding of ['utf8', 'base64', 'hex'] as const)
      expect(stored).not.toContain(Buffer.from(VALUE).toString(encoding));
  });

  it('cost a read where an action names one, and none elsewhere', async () => {
    // The least of some, since what a key is used for is noted now and then beside a request.
    const readsOf = async (events: object) => {
      const reads: number[] = [];
      while (reads.length < 5) {
        const before = database.meter.snapshot();
        await api.create({ duration: '1h', events });
        reads.push(database.meter.since(before).reads);
      }
      return Math.min(...reads);
    };
    const plain = await readsOf({ on_expire: { webhook: receiver.url } });
    expect(await readsOf(withSecret())).toBe(plain + 1);
  });

  it('calls functions by a token for their URL, as the engine’s caller', async () => {
    await fire({ on_expire: { cloud_function: { url: `${receiver.url}/report` } } });
    expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer token for ${receiver.url}/report`);
  });
});
