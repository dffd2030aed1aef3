import { run } from './run.ts';
import { readSettings } from './settings.ts';

const { stdout, stderr, argv, env } = process;

// A reader such as `head` that has seen enough is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await run(argv.slice(2), { stdout, stderr, kind: env.TERM }, () => readSettings(env));
