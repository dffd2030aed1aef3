import { type RunningServer, startServer } from './server.ts';
import { readSettings, SettingsError } from './settings.ts';
import { DataFolderError } from './sqlite/database.ts';
import { FolderInUse } from './sqlite/folder-lock.ts';

/** Exit codes, after sysexits.h. The local daemon's clients read EXIT_IN_USE as "another server is there". */
const EXIT_UNAVAILABLE = 69;
const EXIT_IN_USE = 73;
const EXIT_IO = 74;
const EXIT_CONFIG = 78;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const server = await startServer(settings);
  announce(server, settings.home);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      server.close().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

function announce({ url, keyPath, workFolder }: RunningServer, home: string): void {
  const key = keyPath === null ? '$MINOOTS_API_KEY' : `$(cat ${keyPath})`;
  console.log(`MINOOTS listens on ${url}

  Data      ${home}
  API key   ${keyPath ?? 'the one in MINOOTS_API_KEY'}
  Docs      ${url}/docs
  Dashboard ${url}/dashboard (sign in: minoots dashboard)${workFolder === null ? '' : `\n  Files     ${workFolder}`}

Try:
  curl -X POST ${url}/v1/timers -H "Authorization: Bearer ${key}" \\
    -d '{ "name": "coffee_break", "duration": "30s" }'
  curl ${url}/v1/timers -H "Authorization: Bearer ${key}"
  curl -N ${url}/v1/events -H "Authorization: Bearer ${key}"
`);
}

function fail(error: unknown): never {
  const [code, message] = explain(error);
  console.error(`minoots: ${message}`);
  process.exit(code);
}

function explain(error: unknown): [number, string] {
  if (error instanceof SettingsError) return [EXIT_CONFIG, error.message];
  if (error instanceof FolderInUse) return [EXIT_IN_USE, error.message];
  if (error instanceof DataFolderError) return [EXIT_IO, error.message];
  if (error instanceof Error && 'syscall' in error && /^(listen|getaddrinfo)$/.test(String(error.syscall))) {
    const isTaken = 'code' in error && error.code === 'EADDRINUSE';
    return [
      EXIT_UNAVAILABLE,
      isTaken
        ? `the port is taken (${error.message}). Set PORT to another one; 0 takes any free one.`
        : `the address cannot be listened on (${error.message}). Set HOST and PORT to one of this machine.`,
    ];
  }
  return [1, error instanceof Error ? (error.stack ?? error.message) : String(error)];
}

main().catch(fail);
