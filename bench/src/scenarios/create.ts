import { createInBatches } from '../lib/batches.ts';
import { hourlyJob, pendingJob } from '../lib/jobs.ts';
import { summarise } from '../lib/latencies.ts';
import { type LoadResult, load } from '../lib/load.ts';
import { settleDisk } from '../lib/settle-disk.ts';
import type { Row } from '../report.ts';
import type { RivalStore } from '../rivals/rival.ts';
import type { Scenario, ScenarioOptions } from './scenario.ts';

const MEBIBYTE = 1024 * 1024;

/** Creates one by one and in batches on an empty store; with `preload`, again once that many are pending, and after a restart. */
export const create: Scenario = async (rival, settings, options) => {
  const store = await rival.open(settings);
  try {
    await load(options.warmup, options.connections, (index) => store.create(hourlyJob(`warm-${index}`)));
    const rows = await measure(store, options, 'empty store');
    if (options.preload > 0) {
      const batches = { size: options.batchSize, connections: options.batchConnections };
      await createInBatches(store, options.preload, batches, (index) => pendingJob(index, options.preload));
      await settleDisk();
      rows.push(...(await measure(store, options, `${options.preload.toLocaleString('en-US')} pending`)));
      if (store.server) rows.push(await restarted(store));
    }
    return rows.map((row) => ({ rival: rival.name, ...row }));
  } finally {
    await store.close();
  }
};

async function measure(store: RivalStore, options: ScenarioOptions, condition: string): Promise<Row[]> {
  const { count, rounds, connections, batchSize } = options;
  const batches = { size: batchSize, connections: options.batchConnections };
  const single = await medianRound(rounds, (round) =>
    withServerCpu(store, () =>
      load(count, connections, (index) => store.create(hourlyJob(`${round}-${index}`))),
    ),
  );
  const batched = await medianRound(rounds, (round) =>
    withServerCpu(store, () =>
      createInBatches(store, count, batches, (index) => hourlyJob(`b${round}-${index}`)),
    ),
  );
  const memory = await store.memoryBytes();
  return [
    describe(`create, ${condition}`, count, single, null),
    describe(
      `batches of ${batchSize}, ${condition}`,
      count,
      batched,
      memory === null ? null : memory / MEBIBYTE,
    ),
  ];
}

function describe(
  measure: string,
  count: number,
  run: LoadResult & { serverCpu: number | null },
  memoryMiB: number | null,
): Row {
  const { p50, p99, max } = summarise(run.latenciesMs);
  return {
    measure,
    count,
    per_second: count / run.seconds,
    p50_ms: p50,
    p99_ms: p99,
    max_ms: max,
    generator_cpu: run.generatorCpu,
    server_cpu: run.serverCpu,
    memory_mib: memoryMiB,
  };
}

async function restarted(store: RivalStore): Promise<Row> {
  await store.server?.kill();
  const readyMs = (await store.server?.start()) ?? null;
  const memory = await store.memoryBytes();
  return {
    measure: 'start after kill -9',
    start_ms: readyMs,
    memory_mib: memory === null ? null : memory / MEBIBYTE,
  };
}

async function withServerCpu(
  store: RivalStore,
  run: () => Promise<LoadResult>,
): Promise<LoadResult & { serverCpu: number | null }> {
  const before = store.cpuMs();
  const result = await run();
  const after = store.cpuMs();
  const serverCpu = before === null || after === null ? null : (after - before) / 1000 / result.seconds;
  return { ...result, serverCpu };
}

/** The round with the median duration: one disturbed round does not decide. */
async function medianRound<T extends LoadResult>(
  rounds: number,
  run: (round: number) => Promise<T>,
): Promise<T> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round += 1) results.push(await run(round));
  const median = results.toSorted((a, b) => a.seconds - b.seconds)[Math.floor((rounds - 1) / 2)];
  if (!median) throw new Error('there must be at least one round');
  return median;
}
