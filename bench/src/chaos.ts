import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { runChain } from './chaos/chain.ts';
import { check, type Violation } from './chaos/check.ts';
import { type ChaosOutcome, runChaos } from './chaos/run.ts';
import { readArguments, UsageError, wholeNumber } from './lib/arguments.ts';
import { summarise } from './lib/latencies.ts';
import { SERVER_ENTRY } from './lib/server-entry.ts';
import { table } from './report.ts';

const USAGE = `npm run chaos [-- options]

  --kills N      how often the server is killed (50)
  --timers N     how many timers are created meanwhile (2000)
  --chain N      how many timers of 1 ms then fire one after the other, with a kill half-way (1000; 0 for none)
  --seed N       repeats the decisions of an earlier run (random)
  --dir FOLDER   where the server keeps its data (a temporary folder); kept when something is wrong
  --server FILE  entry file of the server
  --json FILE    write everything that was observed`;

const MAX_SHOWN = 40;

const Options = z.object({
  kills: wholeNumber(0).default(50),
  timers: wholeNumber(1).default(2_000),
  chain: wholeNumber(0).default(1_000),
  seed: wholeNumber(0).default(() => Math.floor(Math.random() * 2 ** 31)),
  dir: z.string().default(tmpdir()),
  server: z.string().default(SERVER_ENTRY),
  json: z.string().optional(),
});

try {
  await main(readArguments(Options, process.argv.slice(2)).options);
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error);
  // Actors may still wait for their moment; nothing that they do matters any more.
  process.exit(1);
}

async function main(options: z.infer<typeof Options>): Promise<void> {
  const { kills, timers, seed, dir, server, json } = options;
  mkdirSync(dir, { recursive: true });
  const home = mkdtempSync(join(dir, 'minoots-chaos-'));
  console.log(`seed ${seed}: ${kills} kills, ${timers} timers, data in ${home}`);
  const outcome = await runChaos({ kills, timers, seed, serverEntry: server, home });
  const chain = await runChainIn(dir, options);
  const violations = [...check(outcome.observations), ...chain.violations];
  if (json !== undefined) writeFileSync(json, JSON.stringify({ seed, ...outcome, violations }, null, 2));
  console.log(`\n${table([{ ...summaryOf(outcome), chain_seconds: chain.seconds }])}\n`);
  if (violations.length === 0) {
    console.log('Every promise was kept.');
    rmSync(home, { recursive: true, force: true });
    return;
  }
  report(violations);
  console.error(`\nThe data is left in ${home}; repeat with --seed ${seed}`);
  process.exitCode = 1;
}

/** In a folder of its own, which goes with it. */
async function runChainIn(
  dir: string,
  { chain: length, server: serverEntry }: z.infer<typeof Options>,
): Promise<{ seconds: number | null; violations: readonly Violation[] }> {
  if (length === 0) return { seconds: null, violations: [] };
  const home = mkdtempSync(join(dir, 'minoots-chain-'));
  try {
    return await runChain({ length, serverEntry, home });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function summaryOf({
  observations: { timers, arrivals, work },
  startsMs,
  slowestAnswerMs,
  seconds,
}: ChaosOutcome) {
  const firstArrival = new Map<string, number>();
  for (const { timerId, at } of arrivals) if (!firstArrival.has(timerId)) firstArrival.set(timerId, at);
  const lateMs = timers.flatMap(({ id, end }) => {
    const at = firstArrival.get(id);
    return at === undefined || end?.fireAt == null ? [] : [at - end.fireAt];
  });
  const starts = summarise(startsMs);
  const begun = work.marks.filter(({ step }) => step === 'begin');
  return {
    acknowledged: timers.filter((timer) => timer.acknowledged).length,
    fired: timers.filter((timer) => timer.end?.status === 'expired').length,
    cancelled: timers.filter((timer) => timer.end?.status === 'cancelled').length,
    webhooks: arrivals.length,
    repeated: arrivals.length - firstArrival.size,
    jobs: timers.flatMap(({ end }) => end?.jobs ?? []).length,
    commands_begun: begun.length,
    commands_repeated: begun.length - new Set(begun.map(({ deliveryId }) => deliveryId)).size,
    late_p50_ms: lateMs.length > 0 ? summarise(lateMs).p50 : null,
    late_max_ms: lateMs.length > 0 ? summarise(lateMs).max : null,
    slowest_answer_ms: slowestAnswerMs,
    starts: startsMs.length,
    start_p50_ms: starts.p50,
    start_max_ms: starts.max,
    seconds,
  };
}

function report(violations: readonly Violation[]): void {
  console.error(`${violations.length} violations:`);
  for (const [rule, cases] of Map.groupBy(violations, (violation) => violation.rule)) {
    console.error(`\n${rule}: ${cases.length}`);
    for (const { timerId, detail } of cases.slice(0, MAX_SHOWN))
      console.error(`  ${timerId ?? '–'}: ${detail}`);
    if (cases.length > MAX_SHOWN) console.error(`  and ${cases.length - MAX_SHOWN} more`);
  }
}
