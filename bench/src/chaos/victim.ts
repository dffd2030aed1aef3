import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { launchServer, type ServerProcess, type ServerSettings } from '../lib/server-process.ts';
import { between, type Random } from './random.ts';

/** A server that is killed again and again, and where to find it meanwhile. */
export interface Victim {
  /** Base URL of the running server; while none runs, waits for the next. */
  url(): Promise<string>;
  /** Starts and `kill -9`s the server so many times, then starts it for good. Rejects when a server fails by itself. */
  torment(kills: number): Promise<void>;
  /** Stops the last one by SIGTERM. */
  stop(): Promise<void>;
  /** Milliseconds from launch to ready, of each start that got so far. */
  readonly startsMs: readonly number[];
}

/** Kills so early that the start is not over, sometimes. */
const EARLY_SHARE = 0.15;
const EARLY_MS = [0, 400] as const;
const LIFE_MS = [30, 1_500] as const;

/** Mean milliseconds from one kill to the next, starts included: for planning ahead. */
export const MEAN_LIFE_MS = 900;

/** Prepares a server; nothing runs before `torment`. */
export function createVictim(settings: ServerSettings, random: Random): Victim {
  const startsMs: number[] = [];
  const changes = new EventEmitter().setMaxListeners(0);
  let server: ServerProcess | null = null;
  let currentUrl: string | null = null;

  const launch = () => {
    const launched = launchServer(settings);
    server = launched;
    const ready = launched.ready.then(({ url, afterMs }) => {
      startsMs.push(afterMs);
      currentUrl = url;
      changes.emit('ready');
    });
    // A kill may come first, before anyone waits for it.
    ready.catch(() => {});
    return { launched, ready };
  };

  const live = async () => {
    const { launched, ready } = launch();
    if (random() < EARLY_SHARE) await delay(between(random, ...EARLY_MS));
    else await ready.then(() => delay(between(random, ...LIFE_MS)));
    if (!launched.isRunning()) throw new Error('the server ended by itself');
    await launched.stop('SIGKILL');
    await ready.catch(() => {});
    currentUrl = null;
  };

  return {
    startsMs,
    async url() {
      while (currentUrl === null) await once(changes, 'ready');
      return currentUrl;
    },
    async torment(kills) {
      for (let kill = 0; kill < kills; kill += 1) await live();
      await launch().ready;
    },
    async stop() {
      await server?.stop('SIGTERM');
    },
  };
}
