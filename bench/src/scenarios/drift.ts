import { startConsumer } from '../consumer/consumer-process.ts';
import { jobAt } from '../lib/jobs.ts';
import { leadMs, PATIENCE_MS, storeAhead } from './ahead.ts';
import { lateness } from './arrivals.ts';
import type { Scenario } from './scenario.ts';

/** Jobs due one after the other at a steady rate; how late each arrives. */
export const drift: Scenario = async (rival, settings, options) => {
  const store = await rival.open(settings);
  const consumer = await startConsumer(rival, settings);
  try {
    const count = Math.round(options.rate * options.seconds);
    const firstAt = Date.now() + leadMs(count);
    const jobs = await storeAhead(store, options, count, firstAt, (index) =>
      jobAt(`drift-${index}`, Math.round(firstAt + (index * 1000) / options.rate), consumer.address),
    );
    const row = await lateness(consumer, jobs, firstAt + options.seconds * 1000 - Date.now() + PATIENCE_MS);
    return [{ rival: rival.name, rate: options.rate, ...row }];
  } finally {
    await consumer.close();
    await store.close();
  }
};
