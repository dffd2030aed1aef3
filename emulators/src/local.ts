import { BootstrapError, say } from '../../scripts/lib/say.mjs';
import { untilInterrupted } from './interrupt.ts';
import { createKey } from './keys.ts';
import { prepare } from './prepare.ts';
import { runSchedules } from './schedules.ts';
import { type Stack, startStack } from './stack.ts';
import type { StackPlaces } from './stack-parts.ts';

/** `npm run firebase:local`: the Firebase engine on this machine, until it is interrupted. */
async function main(signal: AbortSignal): Promise<void> {
  await prepare();
  say('starting the Firebase emulators');
  const stack = await startStack({ projectId: 'demo-minoots', signal });
  try {
    await serve(stack, signal);
  } finally {
    say('stopping');
    await stack.stop();
  }
}

async function serve(stack: Stack, signal: AbortSignal): Promise<void> {
  const key = await createKey(stack.places, 'local');
  runSchedules(stack);
  process.stdout.write(welcome(stack.places, key));
  const interrupted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const failed = await Promise.race([stack.failed, interrupted]);
  if (failed) throw failed;
}

function welcome({ apiUrl, hostingUrl, firestoreHost, tasksHost, authHost, logs }: StackPlaces, key: string) {
  return `
The Firebase engine runs on this machine. Its state is forgotten when it stops.

  API         ${apiUrl}
  Hosting     ${hostingUrl}
  Firestore   ${firestoreHost}
  Cloud Tasks ${tasksHost}
  Auth        ${authHost}
  Logs        ${logs}

API key of team_local, shown this once:

  ${key}

Try:

  export MINOOTS_URL=${apiUrl} MINOOTS_API_KEY=${key}
  npm run -s minoots -- create 10s coffee
  npm run -s minoots -- list
  curl -s -H "authorization: Bearer $MINOOTS_API_KEY" "$MINOOTS_URL/v1/timers"

Stop it with Ctrl-C.
`;
}

const signal = untilInterrupted();
main(signal).catch((error: unknown) => {
  if (signal.aborted) return;
  say(error instanceof BootstrapError ? error.message : String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
});
