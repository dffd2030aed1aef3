import { join } from 'node:path';
import { BUILT_IN_RUNNER_ID, type createApi, type Logger } from '@minoots/core';
import {
  acceptedTypes,
  createCarryOut,
  createHttpBoard,
  openRunnerState,
  type RunnerEvent,
  type RunnerState,
  startRunner,
} from '@minoots/runner';

export interface BuiltInRunnerOptions {
  /** It is asked in this process, without a socket. */
  api: ReturnType<typeof createApi>;
  apiKey: string;
  /** Data folder of the server. */
  home: string;
  /** Where commands run and files are written; absolute. */
  folder: string;
  /** What commands find in their environment. */
  env: NodeJS.ProcessEnv;
  logger: Logger;
}

const NAME = 'built-in';
const CONCURRENCY = 4;
/** What the end of the server gives jobs to finish in, and then to end in, in ms. */
const GRACE_MS = 2_000;
const KILL_AFTER_MS = 1_000;
/** Any: `fetch` wants one, and nothing listens there. */
const ORIGIN = 'http://localhost';

/** Starts the server's own runner: with it commands and files work where nobody has set anything up. */
export function startBuiltInRunner(options: BuiltInRunnerOptions): { stop(): Promise<void> } {
  const { home, logger } = options;
  const started = openRunnerState(join(home, 'runners', NAME), BUILT_IN_RUNNER_ID).then(
    (state) => ({ state, runner: runnerOf(options, state) }),
    (err: unknown) => {
      logger.error({ err }, 'the built-in runner cannot be started: commands and files wait for another');
      return null;
    },
  );
  return {
    async stop() {
      const running = await started;
      // Why it ended before is in the log.
      await running?.runner.stop(GRACE_MS, KILL_AFTER_MS).catch(() => {});
      running?.state.release();
    },
  };
}

function runnerOf({ api, apiKey, folder, env, logger }: BuiltInRunnerOptions, state: RunnerState) {
  const permissions = { commands: { patterns: [] }, folders: [folder] };
  const runner = startRunner({
    board: createHttpBoard({
      runnerId: state.id,
      connect: async () => ({ url: ORIGIN, key: apiKey }),
      fetch: async (url, init) => api.fetch(new Request(url, init)),
    }),
    journal: state.journal,
    carryOut: createCarryOut({ permissions, folder, env }),
    name: NAME,
    labels: ['local', process.platform],
    accepts: acceptedTypes(permissions),
    concurrency: CONCURRENCY,
    report: (event) => log(logger, event),
  });
  runner.ended.catch((err: unknown) =>
    logger.error({ err }, 'the built-in runner has ended: commands and files wait for another'),
  );
  return runner;
}

function log(logger: Logger, event: RunnerEvent): void {
  if (
    event.type === 'journal.failed' ||
    event.type === 'job.unreportable' ||
    event.type === 'board.unavailable'
  )
    logger.warn({ event }, 'the built-in runner has trouble');
}
