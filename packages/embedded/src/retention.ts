import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, historyMsOf, type Logger, type Plans } from '@minoots/core';
import type { EndedTimers } from './sqlite/ended-timers.ts';

const EVERY_MS = 3_600_000;
/** Between steps, so that a long backlog of them leaves the writer to others most of the time. */
const PAUSE_MS = 25;

export interface RetentionDeps {
  timers: Pick<EndedTimers, 'teams' | 'removeSome'>;
  plans: Pick<Plans, 'of'>;
  clock: Clock;
  logger: Logger;
}

/** Removes timers that ended longer ago than the plan of their team keeps them: in the background, in small steps, when it starts and each hour from then on. */
export class Retention {
  readonly #deps: RetentionDeps;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #interval: NodeJS.Timeout | undefined;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.run();
    this.#interval = setInterval(() => {
      this.#running = this.#running.then(() => this.run());
    }, EVERY_MS);
  }

  /** Resolves when no step is under way any more. */
  async stop(): Promise<void> {
    clearInterval(this.#interval);
    this.#stopping.abort();
    await this.#running;
  }

  /** Removes what is over by now; where it fails, that stays for the next time. */
  async run(): Promise<void> {
    const { timers, logger } = this.#deps;
    const { signal } = this.#stopping;
    try {
      for (const teamId of timers.teams()) {
        if (signal.aborted) return;
        await this.#removeOf(teamId);
      }
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'timers that ended long ago stay for now');
    }
  }

  async #removeOf(teamId: string): Promise<void> {
    const { timers, plans, clock } = this.#deps;
    const { signal } = this.#stopping;
    const now = clock.now();
    const before = now - historyMsOf(await plans.of(teamId), now);
    for (let after: string | null = null; !signal.aborted; ) {
      after = (await timers.removeSome(teamId, before, after)).next;
      if (after === null) return;
      await delay(PAUSE_MS, undefined, { signal });
    }
  }
}
