import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Ended } from './child.ts';
import { until } from './until.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const Event = z.looseObject({ type: z.string() });

/** For tests: `minoots runner` in a process of its own, and the events that it prints. */
export class RunnerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(home: string, args: string[], settings: Record<string, string> = {}) {
    const { MINOOTS_URL: _, MINOOTS_API_KEY: __, ...env } = process.env;
    this.child = spawn(process.execPath, [MAIN, 'runner', '--name', 'test', ...args], {
      env: { ...env, MINOOTS_HOME: home, NODE_OPTIONS: '', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stdout += chunk;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr += chunk;
    });
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  events(): z.infer<typeof Event>[] {
    const lines = this.#stdout.split('\n').slice(0, -1);
    return lines.map((line) => Event.parse(JSON.parse(line)));
  }

  /** Waits for the first event of a type. */
  saw(type: string): Promise<z.infer<typeof Event>> {
    return until(`${type} (stderr: ${this.#stderr})`, () =>
      this.events().find((event) => event.type === type),
    );
  }

  /** Sends the signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}
