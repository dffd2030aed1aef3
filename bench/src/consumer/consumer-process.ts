import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../lib/until.ts';
import type { Rival, RivalSettings } from '../rivals/rival.ts';
import { ConsumerMessage } from './messages.ts';

/** A rival's consumer in a process of its own, so that it does not wait for the benchmark's event loop. */
export interface ConsumerProcess {
  /** See RivalConsumer.address. */
  readonly address: string;
  readonly pid: number;
  /** Milliseconds from launch until it was ready. */
  readonly readyMs: number;
  /** Every arrival so far by job id: epoch milliseconds, first to last. Grows while the process runs. */
  readonly arrivals: ReadonlyMap<string, readonly number[]>;
  /** Resolves when `count` different jobs have arrived; throws after `timeoutMs`. */
  arrived(count: number, timeoutMs: number): Promise<void>;
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the rival's consumer and waits until it is ready. */
export async function startConsumer(rival: Rival, settings: RivalSettings): Promise<ConsumerProcess> {
  const launchedAt = performance.now();
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [
    rival.name,
    JSON.stringify(settings),
  ]);
  const gone = once(child, 'exit');
  const arrivals = new Map<string, number[]>();
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the consumer of ${rival.name} ended with ${code}`)));
    child.on('message', (raw) => {
      const message = ConsumerMessage.parse(raw);
      if (message.type === 'ready') resolve(message.address);
      else record(arrivals, message.arrivals);
    });
  });
  return {
    address,
    pid: child.pid ?? 0,
    readyMs: performance.now() - launchedAt,
    arrivals,
    async arrived(count, timeoutMs) {
      const enough = () => (arrivals.size >= count ? true : null);
      await until(enough, { timeoutMs, everyMs: 20, what: `${count} arrivals at ${rival.name}` });
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    close: () => close(child, gone),
  };
}

async function close(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  if (child.connected) child.send('close');
  await gone;
}

function record(arrivals: Map<string, number[]>, batch: readonly [string, number][]): void {
  for (const [jobId, atMs] of batch) {
    const earlier = arrivals.get(jobId);
    if (earlier) earlier.push(atMs);
    else arrivals.set(jobId, [atMs]);
  }
}
