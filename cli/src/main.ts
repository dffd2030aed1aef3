import { ask } from './lib/ask.ts';
import { browserOf } from './lib/browser.ts';

import { run } from './run.ts';
import { readSettings } from './settings.ts';

const { stdin, stdout, stderr, argv, env } = process;

// A reader such as `head` that has seen enough is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
const isWatched = stdin.isTTY === true && stderr.isTTY === true;
const browse = browserOf(env, process.platform);
const terminal = {
  stdin,
  stdout,
  stderr,
  kind: env.TERM,
  ...(isWatched && { ask: (question: string) => ask(question, stdin, stderr) }),
  ...(isWatched && browse !== null && { browse }),
};
process.exitCode = await run(argv.slice(2), terminal, () => readSettings(env));
