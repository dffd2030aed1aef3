import { startConsumer } from '../consumer/consumer-process.ts';
import { jobAt } from '../lib/jobs.ts';
import { leadMs, PATIENCE_MS, storeAhead } from './ahead.ts';
import { lateness, timeToLast } from './arrivals.ts';
import type { Scenario } from './scenario.ts';

/** Jobs due at the same instant; how long until the last has arrived, and whether each did exactly once. */
export const burst: Scenario = async (rival, settings, options) => {
  const store = await rival.open(settings);
  const consumer = await startConsumer(rival, settings);
  try {
    const dueAt = Math.ceil(Date.now() + leadMs(options.count));
    const jobs = await storeAhead(store, options, options.count, dueAt, (index) =>
      jobAt(`burst-${index}`, dueAt, consumer.address),
    );
    const row = await lateness(consumer, jobs, dueAt - Date.now() + PATIENCE_MS);
    const lastMs = timeToLast(consumer, dueAt);
    return [
      { rival: rival.name, ...row, last_ms: lastMs, per_second: (consumer.arrivals.size * 1000) / lastMs },
    ];
  } finally {
    await consumer.close();
    await store.close();
  }
};
