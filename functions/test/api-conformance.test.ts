import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiClient, apiConformance } from '@minoots/core/testing';
import { checkIndexes, firestoreIndexes } from '@minoots/emulators';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { type MeteredFirestore, openMeteredFirestore } from './support/firestore.ts';

const INDEXES = fileURLToPath(new URL('../../firestore.indexes.json', import.meta.url));

// Each link takes a dozen calls between this process's stand-ins for Firestore and Cloud Tasks.
const CHAINS = { long: 30, wide: 200 };

// Moving the clock by hours fires what hundreds of other tests left behind, one task each.
jest.setTimeout(60_000);

describe('the Firebase engine in one process', () => {
  let database: MeteredFirestore;
  let engine: EngineUnderTest;
  beforeAll(async () => {
    database = await openMeteredFirestore();
    engine = await startEngineUnderTest(database.firestore);
  });
  afterAll(async () => {
    await engine.close();
    await database.close();
  });

  apiConformance('the Firebase engine', async () => ({ ...engine, close: async () => {} }), {
    chains: CHAINS,
    quotaRuns: Number(process.env.MINOOTS_TEST_QUOTA_RUNS ?? 1),
  });

  it('asks nothing of Firestore that the deployed indexes do not serve, and no index in vain', async () => {
    await new ApiClient(engine).send('/v1/timers?name=by-name-alone');
    await engine.engine.sweep();
    await engine.engine.purge();
    const indexes = firestoreIndexes.parse(JSON.parse(await readFile(INDEXES, 'utf8')));
    expect(checkIndexes(database.meter.queries(), indexes)).toEqual({ unserved: [], unused: [] });
  });
});
