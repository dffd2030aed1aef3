import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiClient, until } from '@minoots/core/testing';
import * as z from 'zod';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** The owner's key, unless the settings of a launch say otherwise. */
export const TEST_KEY = 'a-key-of-the-tests-0123456789';
const ServerFile = z.object({ url: z.string(), pid: z.number(), version: z.string() });

export interface LaunchOptions {
  /** Settings besides MINOOTS_HOME, a free port and a key; undefined takes one of these away. */
  env?: Record<string, string | undefined>;
  nodeArgs?: string[];
  /** Largest file that the process may write, in bytes: beyond it every write fails, as on a full disk. */
  maxFileBytes?: number;
  /** Runs as this user; for root only. */
  uid?: number;
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** The server, started as a process of its own the way `npm start` does. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #home: string;
  readonly #key: string | undefined;
  #stdout = '';
  #stderr = '';
  /** Resolves when the process has ended. */
  readonly exit: Promise<Exit>;

  constructor(home: string, { env = {}, nodeArgs = [], maxFileBytes, uid }: LaunchOptions = {}) {
    const settings = { PORT: '0', MINOOTS_HOME: home, MINOOTS_API_KEY: TEST_KEY, ...env };
    const command = [process.execPath, ...nodeArgs, MAIN];
    const [file = '', ...args] = maxFileBytes === undefined ? command : limited(command, maxFileBytes);
    this.#home = home;
    this.#key = settings.MINOOTS_API_KEY;
    this.#child = spawn(file, args, {
      env: { PATH: process.env.PATH, HOME: home, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    const { promise, resolve, reject } = Promise.withResolvers<Exit>();
    this.exit = promise;
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#child.once('error', reject);
    this.#child.once('close', (code, signal) =>
      resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }),
    );
  }

  /** A client of the server, once it is ready. @throws when the process ends before, with all it said */
  async ready(): Promise<ApiClient> {
    const url = await until('the server to be ready', async () => {
      if (this.hasEnded) throw new Error(`the server ended: ${JSON.stringify(await this.exit)}`);
      const found = await this.#readServerFile();
      return found !== null && found.pid === this.#child.pid && (await isReady(found.url)) ? found.url : null;
    });
    const key = this.#key ?? (await readFile(join(this.#home, 'api-key'), 'utf8')).trim();
    return new ApiClient({ baseUrl: url, key });
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get stdout(): string {
    return this.#stdout;
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends the signal and waits for the end. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<Exit> {
    if (!this.hasEnded) this.send(signal);
    return this.exit;
  }

  /** A file of an earlier process may still lie there, or be half written: both count as absent. */
  async #readServerFile(): Promise<z.infer<typeof ServerFile> | null> {
    try {
      return ServerFile.parse(JSON.parse(await readFile(join(this.#home, 'server.json'), 'utf8')));
    } catch {
      return null;
    }
  }
}

/** POSIX counts the limit in blocks of 512 bytes. */
function limited(command: string[], maxFileBytes: number): string[] {
  return ['sh', '-c', `ulimit -f ${Math.ceil(maxFileBytes / 512)}; exec "$@"`, 'sh', ...command];
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
