import { readFile } from 'node:fs/promises';
import { PortableTimer } from '@minoots/contract';
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
  errors: ['forbidden', 'timer_exists', 'unknown_parent', 'unknown_secret', 'target_refused'],
  examples: [
    'minoots import timers.jsonl',
    'minoots import timers.jsonl --url https://api.example.com --key mnt_live_…',
  ],
};

/** `minoots import`. */
export function importCommand(cli: Cli) {
  return newCommand('import', 'Take up timers that minoots export wrote down', help)
    .argument('<file>', 'what was written')
    .option('--url <url>', 'server that takes them, instead of MINOOTS_URL')
    .option('--key <key>', 'API key for it, instead of MINOOTS_API_KEY')
    .action(async (file, options) => {
      const timers = await readTimers(file);
      const result = await clientFor(cli, options).portability.importAll(timers);
      if (result.refused > 0) cli.exitCode = 1;
      outputFor(cli, options).print(result, () => describe(timers, result));
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

async function readTimers(file: string): Promise<PortableTimer[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read`);
  });
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => readTimer(line, `${file}:${number}`));
}

function readTimer(line: string, place: string): PortableTimer {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new UsageError(`${place} is not JSON`);
  }
  const timer = PortableTimer.safeParse(json);
  if (timer.success) return timer.data;
  const [issue] = timer.error.issues;
  throw new UsageError(`${place} is not a portable timer: /${issue?.path.join('/')} ${issue?.message}`);
}

function describe(
  timers: readonly PortableTimer[],
  { imported, unchanged, refused, results }: Import,
): string {
  const faults = results.flatMap((result, index) =>
    'error' in result ? [`  ${timers[index]?.id}: ${safeLine(result.error.detail)}`] : [],
  );
  const mark = refused === 0 ? pc.green('✓') : pc.red('✗');
  return [`${mark} ${imported} imported, ${unchanged} there already, ${refused} refused`, ...faults].join(
    '\n',
  );
}
