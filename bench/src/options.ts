import { tmpdir } from 'node:os';
import * as z from 'zod';
import { readArguments, UsageError, wholeNumber } from './lib/arguments.ts';
import { SERVER_ENTRY } from './lib/server-entry.ts';
import { RIVALS } from './rivals/registry.ts';

/** Help text of the command. */
export const USAGE = `npm run bench -- create|drift|burst|recovery [options]

  --json FILE             write the result as JSON too (-: JSON on standard output, no table)
  --only NAME[,NAME]      of ${RIVALS.map((rival) => rival.name).join(', ')}; all that can run unless told
  --connections N         connections, and requests in flight (64)
  --batch-size N          items of a batch (1000)
  --batch-connections N   batches in flight (4)
  --dir FOLDER            where the MINOOTS server keeps its data (a temporary folder); not a RAM disk
  --server FILE           entry file of the MINOOTS server
  --server-node-args="ARGS" arguments for its Node, such as "--cpu-prof --cpu-prof-dir=profiles"

create:    --count N (20000)  --rounds N (3, the median counts)  --warmup N (2000)  --preload N (0)
drift:     --rate N per second (250)  --seconds N (20)
burst:     --count N (10000)
recovery:  --pending N (100000)  --overdue N (2000)

REDIS_URL adds bullmq to the tables, DATABASE_URL adds pg-boss and graphile-worker.`;

const Scenario = z.enum(['create', 'drift', 'burst', 'recovery']);
const words = (separator: string) =>
  z.string().transform((text) => text.split(separator).filter((word) => word !== ''));

const Options = z.object({
  json: z.string().optional(),
  only: words(',').optional(),
  dir: z.string().default(tmpdir()),
  server: z.string().default(SERVER_ENTRY),
  'server-node-args': words(' ').default([]),
  connections: wholeNumber(1).default(64),
  'batch-size': wholeNumber(1).default(1_000),
  'batch-connections': wholeNumber(1).default(4),
  count: wholeNumber(1).optional(),
  rounds: wholeNumber(1).default(3),
  warmup: wholeNumber(0).default(2_000),
  preload: wholeNumber(0).default(0),
  rate: wholeNumber(1).default(250),
  seconds: wholeNumber(1).default(20),
  pending: wholeNumber(0).default(100_000),
  overdue: wholeNumber(1).default(2_000),
});

/** A scenario and its settings, as read from the command line. */
export type Command = {
  readonly scenario: z.infer<typeof Scenario>;
  readonly options: z.infer<typeof Options>;
};

/** Reads the command line. Throws a UsageError. */
export function readCommand(args: readonly string[]): Command {
  const { options, words: names } = readArguments(Options, args);
  const scenario = Scenario.safeParse(names[0]);
  if (scenario.success && names.length === 1) return { scenario: scenario.data, options };
  throw new UsageError(`name one of ${Scenario.options.join(', ')}`);
}
