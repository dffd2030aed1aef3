import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ApiClient, apiConformance } from '@minoots/core/testing';
import { checkIndexes, firestoreIndexes, type QueryShape } from '@minoots/emulators';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { openMeteredFirestore } from './support/firestore.ts';

const INDEXES = fileURLToPath(new URL('../../firestore.indexes.json', import.meta.url));

// Each link takes a dozen calls between this process's stand-ins for Firestore and Cloud Tasks.
const CHAINS = { long: 30, wide: 200 };

describe('the Firebase engine in one process', () => {
  const queries: QueryShape[] = [];

  apiConformance('the Firebase engine', () => startEngine(queries), {
    chains: CHAINS,
    quotaRuns: Number(process.env.MINOOTS_TEST_QUOTA_RUNS ?? 1),
  });

  it('asks nothing of Firestore that the deployed indexes do not serve, and no index in vain', async () => {
    const server = await startEngine(queries);
    await new ApiClient(server).send('/v1/timers?name=by-name-alone');
    await server.engine.sweep();
    await server.engine.purge();
    await server.close();
    const indexes = firestoreIndexes.parse(JSON.parse(await readFile(INDEXES, 'utf8')));
    expect(checkIndexes(queries, indexes)).toEqual({ unserved: [], unused: [] });
  });
});

/** An engine over a database of its own, which adds to `queries` what it has asked when it closes. */
async function startEngine(queries: QueryShape[]): Promise<EngineUnderTest> {
  const database = await openMeteredFirestore();
  const engine = await startEngineUnderTest(database.firestore);
  return {
    ...engine,
    close: async () => {
      await engine.close();
      queries.push(...database.meter.queries());
      await database.close();
    },
  };
}
