import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
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
  --server-node-args ARGS arguments for its Node, by spaces, such as "--cpu-prof --cpu-prof-dir=/tmp/profiles"

create:    --count N (20000)  --rounds N (3, the median counts)  --warmup N (2000)  --preload N (0)
drift:     --rate N per second (250)  --seconds N (20)
burst:     --count N (10000)
recovery:  --pending N (100000)  --overdue N (2000)

REDIS_URL adds bullmq to the tables, DATABASE_URL adds pg-boss and graphile-worker.`;

const Scenario = z.enum(['create', 'drift', 'burst', 'recovery']);
const natural = z.coerce.number().pipe(z.int().min(0));
const positive = z.coerce.number().pipe(z.int().min(1));
const words = (separator: string) =>
  z.string().transform((text) => text.split(separator).filter((word) => word !== ''));

const Options = z.object({
  json: z.string().optional(),
  only: words(',').optional(),
  dir: z.string().default(tmpdir()),
  server: z.string().default(fileURLToPath(new URL('../../packages/embedded/src/main.ts', import.meta.url))),
  'server-node-args': words(' ').default([]),
  connections: positive.default(64),
  'batch-size': positive.default(1_000),
  'batch-connections': positive.default(4),
  count: positive.optional(),
  rounds: positive.default(3),
  warmup: natural.default(2_000),
  preload: natural.default(0),
  rate: positive.default(250),
  seconds: positive.default(20),
  pending: natural.default(100_000),
  overdue: positive.default(2_000),
});

export type Command = {
  readonly scenario: z.infer<typeof Scenario>;
  readonly options: z.infer<typeof Options>;
};

/** The command line is wrong; the message says how. */
export class UsageError extends Error {}

/** Reads the command line. Throws a UsageError. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = split(args);
  const scenario = Scenario.safeParse(positionals[0]);
  if (!scenario.success || positionals.length > 1)
    throw new UsageError('name one of create, drift, burst, recovery');
  const options = Options.safeParse(values);
  if (!options.success) {
    const [issue] = options.error.issues;
    throw new UsageError(`--${issue?.path.join('.')}: ${issue?.message}`);
  }
  return { scenario: scenario.data, options: options.data };
}

function split(args: readonly string[]) {
  const names = Object.keys(Options.shape);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
