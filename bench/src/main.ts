import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './lib/arguments.ts';
import { type Command, readCommand, USAGE } from './options.ts';
import { type Row, report } from './report.ts';
import { RIVALS, rivalNamed } from './rivals/registry.ts';
import type { Rival, RivalSettings } from './rivals/rival.ts';
import { burst } from './scenarios/burst.ts';
import { create } from './scenarios/create.ts';
import { drift } from './scenarios/drift.ts';
import { recovery } from './scenarios/recovery.ts';

const SCENARIOS = { create, drift, burst, recovery };
const DEFAULT_COUNT = { create: 20_000, drift: 0, burst: 10_000, recovery: 0 };
/** `f_type` of tmpfs and ramfs. */
const RAM_DISKS: readonly number[] = [0x01021994, 0x858458f6];

try {
  await run(readCommand(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = 1;
}

async function run({ scenario, options }: Command): Promise<void> {
  const scenarioOptions = {
    ...options,
    count: options.count ?? DEFAULT_COUNT[scenario],
    batchSize: options['batch-size'],
    batchConnections: options['batch-connections'],
  };
  mkdirSync(options.dir, { recursive: true });
  if (RAM_DISKS.includes(statfsSync(options.dir).type)) {
    console.error(`${options.dir} is a RAM disk, where an fsync costs nothing: name a real disk with --dir`);
  }
  const rows: Row[] = [];
  for (const rival of options.only?.map(rivalNamed) ?? RIVALS) {
    if (rival.createOnly && scenario !== 'create') continue;
    rows.push(...(await withFolder(options.dir, (folder) => one(rival, settingsOf(options, folder)))));
  }
  report(scenario, scenarioOptions, rows, options.json);

  async function one(rival: Rival, settings: RivalSettings): Promise<readonly Row[]> {
    const reason = rival.unavailable(settings);
    if (reason === null) {
      console.error(`${scenario}: ${rival.name} …`);
      return await SCENARIOS[scenario](rival, settings, scenarioOptions);
    }
    console.error(`${scenario}: ${rival.name} left out, ${reason}`);
    return [];
  }
}

function settingsOf(options: Command['options'], folder: string): RivalSettings {
  return {
    connections: options.connections,
    folder,
    serverEntry: options.server,
    serverNodeArgs: options['server-node-args'],
    redisUrl: process.env.REDIS_URL ?? null,
    databaseUrl: process.env.DATABASE_URL ?? null,
  };
}

async function withFolder<T>(parent: string, act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(parent, 'minoots-bench-'));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
