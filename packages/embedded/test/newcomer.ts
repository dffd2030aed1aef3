import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SERVER = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const CURL = fileURLToPath(new URL('./curl.ts', import.meta.url));

/** Somebody who follows the README: a checkout, an empty home folder, and a server that was just started. */
export interface Newcomer {
  home: string;
  url: string;
  apiKey: string;
  /** All that the server printed when it started. */
  banner: string;
  /** Runs shell text in the checkout; gives what it printed. @throws when it fails */
  sh(script: string): Promise<string>;
  /** Saves a program where the checkout's packages resolve, and runs it to its end; gives what it printed. */
  run(file: string, source: string): Promise<string>;
  /** The same for a program that does not end by itself. */
  start(file: string, source: string, env: Record<string, string>): Promise<Running>;
  /** Ends the server and every program that was started, and removes the home folder. */
  leave(): Promise<void>;
}

/** A program that runs. */
export interface Running {
  /** Resolves with all it has printed once that holds `text`; rejects when it ends before. */
  printed(text: string): Promise<string>;
}

/** Starts a server the way `npm start` does, but with a virtual clock: nobody wants to wait five minutes. */
export async function welcomeNewcomer(): Promise<Newcomer> {
  const home = await mkdtemp(join(tmpdir(), 'minoots-newcomer-'));
  const environment = await environmentOf(home);
  const children: ChildProcess[] = [];
  const launch = (command: string, args: string[], env: Record<string, string> = {}) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return new Program(child);
  };
  const save = async (file: string, source: string) => {
    await writeFile(join(home, file), source);
    return join(home, file);
  };
  const server = launch(process.execPath, [SERVER], { PORT: '0', MINOOTS_CLOCK: 'virtual' });
  const banner = await server.printed('/v1/events');
  return {
    home,
    url: /http:\/\/\S+/.exec(banner)?.[0] ?? '',
    apiKey: readFileSync(join(home, '.minoots', 'api-key'), 'utf8').trim(),
    banner,
    sh: (script) => launch('sh', ['-e', '-c', script]).finished(),
    run: async (file, source) => launch(process.execPath, [await save(file, source)]).finished(),
    start: async (file, source, env) => launch(process.execPath, [await save(file, source)], env),
    leave: async () => {
      await Promise.all(children.map(end));
      await rm(home, { recursive: true });
    },
  };
}

/** The environment of this process without settings of MINOOTS, with the pinned Node first and some curl at the end. */
async function environmentOf(home: string): Promise<Record<string, string>> {
  await symlink(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  await mkdir(join(home, 'bin'));
  await symlink(CURL, join(home, 'bin', 'curl'));
  const PATH = [dirname(process.execPath), process.env.PATH, join(home, 'bin')].join(delimiter);
  return { PATH, HOME: home };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}

class Program implements Running {
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  async printed(text: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = () => {
      if (this.#stdout.includes(text)) resolve(this.#stdout);
    };
    this.#child.stdout?.on('data', look);
    this.#child.once('close', () => reject(this.#failure()));
    look();
    return promise;
  }

  async finished(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#child.once('error', reject);
    this.#child.once('close', (code) => (code === 0 ? resolve(this.#stdout) : reject(this.#failure())));
    return promise;
  }

  #failure(): Error {
    return new Error(`the program ended:\n${this.#stdout}\n${this.#stderr}`);
  }
}
