import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, endLike, runAttached } from '../../scripts/lib/child.mjs';
import { BootstrapError, say } from '../../scripts/lib/say.mjs';
import { untilInterrupted } from '../src/interrupt.ts';
import { createKey } from '../src/keys.ts';
import { prepare } from '../src/prepare.ts';
import { freePorts } from '../src/processes/ports.ts';
import { CACHE, ROOT } from '../src/root.ts';
import { type Stack, startStack } from '../src/stack.ts';
import { CORS_ORIGIN, STACKS_VARIABLE, type StackUnderTest } from './support/stacks.ts';

const LOGS = join(CACHE, 'logs');
/** Teams whose people can work together, and sign in by a provider of their own. */
const FOR_PEOPLE = { MINOOTS_START_PLAN: 'pro', MINOOTS_SSO: 'true' };
const REAL_SETTINGS = { ...FOR_PEOPLE, MINOOTS_FIRE_QUEUES: '2', MINOOTS_CORS_ORIGINS: CORS_ORIGIN };
/** The suites ask for teams of others by the hundred. */
const VIRTUAL_SETTINGS = {
  ...FOR_PEOPLE,
  MINOOTS_CLOCK: 'virtual',
  MINOOTS_GUESSES_PER_MINUTE: '100000',
};

/**
 * `npm run test:firebase`: boots one stack whose clock is the real one and one whose clock the tests move, runs jest over
 * `emulators/e2e` and takes the stacks down. Arguments go to jest. Ends as jest does.
 */
async function main(args: readonly string[], signal: AbortSignal): Promise<Ended> {
  await prepare();
  say('starting the Firebase emulators');
  const started = Date.now();
  // An emulator that is used from outside may remember earlier runs.
  const run = randomBytes(3).toString('hex');
  // Nobody listens there until a test does.
  const nameServers = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
  const starts = [REAL_SETTINGS, VIRTUAL_SETTINGS].map((chosen, index) => {
    const kind = chosen === REAL_SETTINGS ? 'real' : 'virtual';
    const settings = { ...chosen, MINOOTS_NAME_SERVERS: nameServers[index] ?? '' };
    return startStack({ projectId: `demo-${kind}-${run}`, settings, signal });
  });
  try {
    const [real, virtual] = await Promise.all(
      starts.map(async (start, index) => underTest(await start, nameServers[index] ?? '')),
    );
    say(`the emulators are ready (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    const ended = await runJest(args, JSON.stringify({ real, virtual }));
    if (ended.code !== 0) await keepLogs(starts);
    return ended;
  } finally {
    for (const start of await Promise.allSettled(starts)) {
      if (start.status === 'fulfilled') await start.value.stop();
    }
  }
}

async function underTest({ places }: Stack, nameServer: string): Promise<StackUnderTest> {
  const [key, otherKey, operatorKey] = await Promise.all([
    createKey(places, 'one'),
    createKey(places, 'other'),
    createKey(places, 'operators', 'service:admin'),
  ]);
  return { ...places, nameServer, key, otherKey, operatorKey };
}

function runJest(args: readonly string[], stacks: string): Promise<Ended> {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const config = join(import.meta.dirname, 'jest.config.mjs');
  return runAttached(process.execPath, [...node, jest, '--config', config, ...args], {
    cwd: ROOT,
    env: { ...process.env, [STACKS_VARIABLE]: stacks },
  });
}

async function keepLogs(starts: readonly Promise<Stack>[]): Promise<void> {
  rmSync(LOGS, { recursive: true, force: true });
  for (const start of starts) {
    const stack = await start;
    stack.keepLogs(join(LOGS, stack.places.projectId));
  }
  say(`what the emulators wrote is in ${LOGS}`);
}

const signal = untilInterrupted();
main(process.argv.slice(2), signal).then(endLike, (error: unknown) => {
  if (!signal.aborted)
    say(
      error instanceof BootstrapError ? error.message : String(error instanceof Error ? error.stack : error),
    );
  process.exit(1);
});
