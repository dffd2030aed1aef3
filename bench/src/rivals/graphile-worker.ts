import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import * as z from 'zod';
import { databaseUrl, dropSchema, dueAt } from './postgres.ts';
import type { Rival, RivalSettings, RivalStore } from './rival.ts';

const TASK = 'timer';
const SCHEMA = 'minoots_bench_graphile';
/** Its default is 2 s; jobs of the future are found by polling alone. */
const POLL_INTERVAL_MS = 100;
const WORKER_CONCURRENCY = 24;

const Payload = z.object({ id: z.string() });
const quiet = new Logger(() => () => {});

/** graphile-worker on PostgreSQL: `addJob` and `addJobs` with runAt, one runner that polls every 100 ms. */
export const graphileWorker: Rival = {
  name: 'graphile-worker',
  unavailable: ({ databaseUrl }) => (databaseUrl ? null : 'DATABASE_URL is not set'),
  open: openStore,
  async consume(settings, arrived) {
    const runner = await run({
      connectionString: databaseUrl(settings),
      schema: SCHEMA,
      logger: quiet,
      noHandleSignals: true,
      concurrency: WORKER_CONCURRENCY,
      maxPoolSize: WORKER_CONCURRENCY + 2,
      pollInterval: POLL_INTERVAL_MS,
      taskList: { [TASK]: async (payload) => arrived(Payload.parse(payload).id) },
    });
    return { address: '', close: () => runner.stop() };
  },
};

async function openStore(settings: RivalSettings): Promise<RivalStore> {
  await dropSchema(settings, SCHEMA);
  const utils = await makeWorkerUtils({
    connectionString: databaseUrl(settings),
    schema: SCHEMA,
    logger: quiet,
    maxPoolSize: settings.connections,
  });
  await utils.migrate();
  return {
    async create(job) {
      await utils.addJob(TASK, job, { runAt: dueAt(job) });
    },
    async createBatch(jobs) {
      await utils.addJobs(jobs.map((job) => ({ identifier: TASK, payload: job, runAt: dueAt(job) })));
    },
    memoryBytes: async () => null,
    cpuMs: () => null,
    server: null,
    async close() {
      await utils.release();
      await dropSchema(settings, SCHEMA);
    },
  };
}
