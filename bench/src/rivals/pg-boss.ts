import { PgBoss } from 'pg-boss';
import { databaseUrl, dropSchema, dueAt } from './postgres.ts';
import type { Job, Rival, RivalSettings, RivalStore } from './rival.ts';

const QUEUE = 'timer';
const SCHEMA = 'minoots_bench_pgboss';
/** The shortest interval that pg-boss takes; its default is 2 s. */
const POLLING_INTERVAL_SECONDS = 0.5;
const FETCH_SIZE = 500;

/** pg-boss on PostgreSQL: `send` and `insert` with startAfter, one worker that polls as often as it may. */
export const pgBoss: Rival = {
  name: 'pg-boss',
  unavailable: ({ databaseUrl }) => (databaseUrl ? null : 'DATABASE_URL is not set'),
  open: openStore,
  async consume(settings, arrived) {
    const boss = await startBoss(settings, 10);
    await boss.work<Job>(
      QUEUE,
      { pollingIntervalSeconds: POLLING_INTERVAL_SECONDS, batchSize: FETCH_SIZE },
      async (jobs) => {
        for (const job of jobs) arrived(job.data.id);
      },
    );
    return { address: '', close: () => boss.stop({ graceful: false }) };
  },
};

async function openStore(settings: RivalSettings): Promise<RivalStore> {
  await dropSchema(settings, SCHEMA);
  const boss = await startBoss(settings, settings.connections);
  await boss.createQueue(QUEUE);
  return {
    async create(job) {
      await boss.send(QUEUE, job, { startAfter: dueAt(job) });
    },
    async createBatch(jobs) {
      await boss.insert(
        QUEUE,
        jobs.map((job) => ({ data: job, startAfter: dueAt(job) })),
      );
    },
    memoryBytes: async () => null,
    cpuMs: () => null,
    server: null,
    async close() {
      await boss.stop({ graceful: false });
      await dropSchema(settings, SCHEMA);
    },
  };
}

async function startBoss(settings: RivalSettings, connections: number): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: databaseUrl(settings),
    schema: SCHEMA,
    max: connections,
    supervise: false,
    schedule: false,
  });
  boss.on('error', (error) => console.error('pg-boss:', error.message));
  return await boss.start();
}
