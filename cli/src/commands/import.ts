import { readFile } from 'node:fs/promises';
import { Portable } from '@minoots/contract';
import pc from 'picocolors';
import { type Cli, newCommand, outputFor } from '../lib/cli.ts';
import { safeLine } from '../lib/text.ts';
import { UsageError } from '../lib/usage-error.ts';
import { MinootsClient } from '../sdk/client.ts';
import { connector } from '../sdk/connection.ts';
import { Transport } from '../sdk/http.ts';
import type { Import } from '../sdk/resources/portability.ts';

const help = {
  output: '{"imported":12,"unchanged":0,"refused":0,"results":[{"status":201,"id":"tmr_…"},…]}',
  errors: [
    'forbidden',
    'timer_exists',
    'schedule_exists',
    'unknown_parent',
    'unknown_secret',
    'target_refused',
  ],
  examples: [
    'minoots import timers.jsonl',
    'minoots import timers.jsonl --url https://api.example.com --key mnt_live_…',
  ],
};

/** `minoots import`. */
export function importCommand(cli: Cli) {
  return newCommand('import', 'Take up timers and schedules that minoots export wrote down', help)
    .argument('<file>', 'what was written')
    .option('--url <url>', 'server that takes them, instead of MINOOTS_URL')
    .option('--key <key>', 'API key for it, instead of MINOOTS_API_KEY')
    .action(async (file, options) => {
      const items = await readItems(file);
      const result = await clientFor(cli, options).portability.importAll(items);
      if (result.refused > 0) cli.exitCode = 1;
      outputFor(cli, options).print(result, () => describe(items, result));
    });
}

function clientFor(
  cli: Cli,
  { url, key }: { url?: string | undefined; key?: string | undefined },
): MinootsClient {
  if (url === undefined && key === undefined) return cli.client();
  const settings = cli.settings();
  return new MinootsClient(
    new Transport(
      connector({
        ...settings,
        url: url?.replace(/\/+$/, '') ?? settings.url,
        apiKey: key ?? settings.apiKey,
      }),
    ),
  );
}

async function readItems(file: string): Promise<Portable[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read`);
  });
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => readItem(line, `${file}:${number}`));
}

function readItem(line: string, place: string): Portable {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new UsageError(`${place} is not JSON`);
  }
  const item = Portable.safeParse(json);
  if (item.success) return item.data;
  const [issue] = item.error.issues;
  throw new UsageError(
    `${place} is not a portable timer or schedule: /${issue?.path.join('/')} ${issue?.message}`,
  );
}

function describe(items: readonly Portable[], { imported, unchanged, refused, results }: Import): string {
  const faults = results.flatMap((result, index) =>
    'error' in result ? [`  ${items[index]?.id}: ${safeLine(result.error.detail)}`] : [],
  );
  const mark = refused === 0 ? pc.green('✓') : pc.red('✗');
  return [`${mark} ${imported} imported, ${unchanged} there already, ${refused} refused`, ...faults].join(
    '\n',
  );
}
