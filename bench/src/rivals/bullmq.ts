import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Job, Rival, RivalSettings, RivalStore } from './rival.ts';

/** The queue that the benchmark empties and fills. */
export const QUEUE = 'minoots-bench';
/** Jobs that one worker handles at a time; handlers do nothing, so more would not help. */
const WORKER_CONCURRENCY = 100;

/** BullMQ on Redis: delayed jobs, `Queue.add` and `Queue.addBulk`, one Worker. Adds share one pipelined connection, as in an application. */
export const bullmq: Rival = {
  name: 'bullmq',
  unavailable: ({ redisUrl }) => (redisUrl ? null : 'REDIS_URL is not set'),
  open: openStore,
  async consume(settings, arrived) {
    const connection = connect(settings);
    const worker = new Worker(QUEUE, async (job) => arrived(job.data.id), {
      connection,
      concurrency: WORKER_CONCURRENCY,
    });
    await worker.waitUntilReady();
    return {
      address: '',
      async close() {
        await worker.close(true);
        connection.disconnect();
      },
    };
  },
};

async function openStore(settings: RivalSettings): Promise<RivalStore> {
  const connection = connect(settings);
  await warnUnlessDurable(connection);
  const queue = new Queue<Job>(QUEUE, {
    connection,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  await queue.obliterate({ force: true });
  return {
    async create(job) {
      await queue.add('timer', job, { delay: delayMs(job) });
    },
    async createBatch(jobs) {
      await queue.addBulk(jobs.map((job) => ({ name: 'timer', data: job, opts: { delay: delayMs(job) } })));
    },
    async memoryBytes() {
      const field = /used_memory_rss:(\d+)/.exec(await connection.info('memory'))?.[1];
      return field === undefined ? null : Number(field);
    },
    cpuMs: () => null,
    server: null,
    async close() {
      await queue.obliterate({ force: true });
      await queue.close();
      connection.disconnect();
    },
  };
}

function connect({ redisUrl }: RivalSettings): Redis {
  if (!redisUrl) throw new Error('REDIS_URL is not set');
  return new Redis(redisUrl, { maxRetriesPerRequest: null });
}

async function warnUnlessDurable(connection: Redis): Promise<void> {
  const durability = await connection.config('GET', 'append*');
  const text = JSON.stringify(durability);
  if (!text.includes('"appendonly","yes"') || !text.includes('"appendfsync","always"')) {
    console.error(
      'Redis does not fsync every write (appendonly yes, appendfsync always): its figures are not comparable',
    );
  }
}

function delayMs({ due }: Job): number {
  return 'inMs' in due ? due.inMs : Math.max(0, due.atMs - Date.now());
}
