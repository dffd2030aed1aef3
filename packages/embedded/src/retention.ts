import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Logger } from '@minoots/core';
import type { EndedTimers } from './sqlite/ended-timers.ts';

const EVERY_MS = 3_600_000;
/** Between steps, so that a long backlog of them leaves the writer to others most of the time. */
const PAUSE_MS = 25;

export interface RetentionDeps {
  timers: Pick<EndedTimers, 'removeSome'>;
  clock: Clock;
  logger: Logger;
  /** How long timers are kept after they ended, in ms. */
  historyMs: number;
}

/** Removes timers that ended long ago: in the background, in small steps, when it starts and each hour from then on. */
export class Retention {
  readonly #deps: RetentionDeps;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #interval: NodeJS.Timeout | undefined;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#run();
    this.#interval = setInterval(() => {
      this.#running = this.#running.then(() => this.#run());
    }, EVERY_MS);
  }

  /** Resolves when no step is under way any more. */
  async stop(): Promise<void> {
    clearInterval(this.#interval);
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { timers, clock, logger, historyMs } = this.#deps;
    const { signal } = this.#stopping;
    const before = clock.now() - historyMs;
    try {
      for (let after: string | null = null; !signal.aborted; ) {
        after = (await timers.removeSome(before, after)).next;
        if (after === null) return;
        await delay(PAUSE_MS, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'timers that ended long ago stay for now');
    }
  }
}
