import { setTimeout as delay } from 'node:timers/promises';
import { type ConsumerProcess, startConsumer } from '../consumer/consumer-process.ts';
import { createInBatches } from '../lib/batches.ts';
import { jobAt, pendingJob } from '../lib/jobs.ts';
import { memoryOf } from '../lib/process-usage.ts';
import type { Row } from '../report.ts';
import type { Job, OwnedServer, Rival, RivalSettings } from '../rivals/rival.ts';
import { leadMs, PATIENCE_MS, storeAhead } from './ahead.ts';
import { lateness, timeToLast } from './arrivals.ts';
import type { Scenario } from './scenario.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * Many pending jobs and some that fall due while nobody runs; how long until the start is over and the last overdue one has arrived.
 * What dies by `kill -9` is the server where the benchmark owns it, else the worker: the rivals' Redis and PostgreSQL stay up.
 */
export const recovery: Scenario = async (rival, settings, options) => {
  const store = await rival.open(settings);
  let consumer = await startConsumer(rival, settings);
  try {
    const batches = { size: options.batchSize, connections: options.batchConnections };
    await createInBatches(store, options.pending, batches, (index) => pendingJob(index, options.pending));
    const dueAt = Math.ceil(Date.now() + leadMs(options.overdue));
    const jobs = await storeAhead(store, options, options.overdue, dueAt, (index) =>
      jobAt(`overdue-${index}`, dueAt, consumer.address),
    );
    const outage = store.server ? serverOutage(store.server) : workerOutage(rival, settings, consumer);
    await outage.begin();
    await delay(dueAt - Date.now() + 100);
    const restartedAt = Date.now();
    const ended = await outage.end();
    consumer = ended.consumer ?? consumer;
    const memory = ended.consumer
      ? (memoryOf(ended.consumer.pid)?.nowBytes ?? null)
      : await store.memoryBytes();
    const arrived = await arrivals(consumer, jobs, restartedAt);
    const settled = ended.consumer
      ? (memoryOf(ended.consumer.pid)?.nowBytes ?? null)
      : await store.memoryBytes();
    return [
      {
        rival: rival.name,
        killed: store.server ? 'server' : 'worker',
        pending: options.pending,
        start_ms: ended.startMs,
        memory_at_ready_mib: memory === null ? null : memory / MEBIBYTE,
        memory_at_end_mib: settled === null ? null : settled / MEBIBYTE,
        ...arrived,
      },
    ];
  } finally {
    await consumer.close();
    await store.close();
  }
};

interface Outage {
  begin(): Promise<void>;
  /** `consumer`: the one that took the place of the killed one, where that was what died. */
  end(): Promise<{ startMs: number; consumer: ConsumerProcess | null }>;
}

function serverOutage(server: OwnedServer): Outage {
  return { begin: () => server.kill(), end: async () => ({ startMs: await server.start(), consumer: null }) };
}

function workerOutage(rival: Rival, settings: RivalSettings, consumer: ConsumerProcess): Outage {
  return {
    begin: () => consumer.kill(),
    async end() {
      const successor = await startConsumer(rival, settings);
      return { startMs: successor.readyMs, consumer: successor };
    },
  };
}

async function arrivals(consumer: ConsumerProcess, jobs: readonly Job[], restartedAt: number): Promise<Row> {
  const { count, early, lost, duplicates } = await lateness(consumer, jobs, PATIENCE_MS);
  const last = timeToLast(consumer, restartedAt);
  return {
    overdue: count ?? null,
    last_ms: last,
    early: early ?? null,
    lost: lost ?? null,
    duplicates: duplicates ?? null,
  };
}
