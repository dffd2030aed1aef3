import { onRequest } from 'firebase-functions/https';
import { beforeUserCreated as onCreate, beforeUserSignedIn as onSignIn } from 'firebase-functions/identity';
import { defineSecret } from 'firebase-functions/params';
import { onSchedule } from 'firebase-functions/scheduler';
import { onTaskDispatched } from 'firebase-functions/tasks';
import { params } from './params.ts';
import { readDeployment } from './settings.ts';

const { fireQueues, serviceAccount, secrets, billing, sso } = readDeployment(process.env);
const wanted = [
  ...(secrets ? ['MINOOTS_SECRET_KEY'] : []),
  ...(billing ? ['MINOOTS_STRIPE_KEY', 'MINOOTS_STRIPE_WEBHOOK_SECRET'] : []),
];
const shared = {
  region: params.region,
  memory: params.memoryMb,
  ...(serviceAccount !== null && { serviceAccount }),
  // Named only where it is wanted: a deployment fails without the secrets that its functions name.
  ...(wanted.length > 0 && { secrets: wanted.map((name) => defineSecret(name)) }),
};
/** Overlapping runs would do the same work twice. */
const oneAtATime = { concurrency: 1, maxInstances: 1 };
/** Identity Platform waits no longer, and then lets nobody in. */
const SIGN_IN_SECONDS = 7;

/** The HTTP API. */
export const api = onRequest(
  {
    ...shared,
    invoker: 'public',
    // The API itself knows the origins. Without this the emulator would allow every one.
    cors: false,
    concurrency: params.apiConcurrency,
    minInstances: params.apiMinInstances,
    // As long as it may be: an event stream stays open for the whole of it, and its client then comes back.
    timeoutSeconds: 3600,
  },
  async (request, response) => {
    const { handleRequest } = await import('./api.ts');
    await handleRequest(request, response);
  },
);

/** Re-arms what is overdue and arms what never was, each minute. */
export const sweep = onSchedule(
  {
    ...shared,
    ...oneAtATime,
    schedule: 'every 1 minutes',
    timeZone: 'Etc/UTC',
    timeoutSeconds: 300,
    // The next minute is the retry.
    retryCount: 0,
  },
  async () => {
    const { sweep } = await import('./sweep.ts');
    await sweep();
  },
);

/** Removes what Firestore's own expiry does not reach, each night. */
export const purge = onSchedule(
  {
    ...shared,
    ...oneAtATime,
    schedule: 'every day 03:00',
    timeZone: 'Etc/UTC',
    timeoutSeconds: 1800,
    retryCount: 3,
    minBackoffSeconds: 60,
  },
  async () => {
    const { purge } = await import('./purge.ts');
    await purge();
  },
);

/** How Identity Platform asks whether somebody may come in: only where it is switched on, since plain Firebase Auth asks nobody. */
export const beforeUserCreated = sso
  ? onCreate({ ...shared, timeoutSeconds: SIGN_IN_SECONDS }, async (event) => {
      const { beforeCreate } = await import('./sign-in.ts');
      await beforeCreate(event);
    })
  : undefined;

/** As above, each time that somebody signs in. */
export const beforeUserSignedIn = sso
  ? onSignIn({ ...shared, timeoutSeconds: SIGN_IN_SECONDS }, async (event) => {
      const { beforeSignIn } = await import('./sign-in.ts');
      await beforeSignIn(event);
    })
  : undefined;

/** One function per queue. A module names its exports before it runs, so all are named; those beyond the setting are undefined. */
// biome-ignore format: a table
export const [
  fire0, fire1, fire2, fire3, fire4, fire5, fire6, fire7, fire8, fire9,
  fire10, fire11, fire12, fire13, fire14, fire15, fire16, fire17, fire18, fire19,
  fire20, fire21, fire22, fire23, fire24, fire25, fire26, fire27, fire28, fire29,
  fire30, fire31, fire32, fire33, fire34, fire35, fire36, fire37, fire38, fire39,
  fire40, fire41, fire42, fire43, fire44, fire45, fire46, fire47, fire48, fire49,
  fire50, fire51, fire52, fire53, fire54, fire55, fire56, fire57, fire58, fire59,
  fire60, fire61, fire62, fire63, fire64, fire65, fire66, fire67, fire68, fire69,
  fire70, fire71, fire72, fire73, fire74, fire75, fire76, fire77, fire78, fire79,
  fire80, fire81, fire82, fire83, fire84, fire85, fire86, fire87, fire88, fire89,
  fire90, fire91, fire92, fire93, fire94, fire95, fire96, fire97, fire98, fire99,
] = Array.from({ length: fireQueues }, fireFunction);

/** Answers the tasks of one queue: each is an alarm. */
function fireFunction() {
  return onTaskDispatched<unknown>(
    {
      ...shared,
      // Whoever may call it could fire any timer, and the token of a task is checked by nobody but the invoker's role.
      invoker: serviceAccount ?? 'private',
      concurrency: params.fireConcurrency,
      minInstances: params.fireMinInstances,
      timeoutSeconds: params.fireTimeoutSeconds,
      // Soon at first, since the timer is due; then each minute, so that an outage of an hour and a half loses no task.
      // What outlasts all attempts is found by the sweep.
      retryConfig: { maxAttempts: 100, minBackoffSeconds: 1, maxBackoffSeconds: 60, maxDoublings: 6 },
      // The most that Cloud Tasks allows: receivers that do not answer hold their places until their timeout.
      rateLimits: { maxDispatchesPerSecond: 500, maxConcurrentDispatches: 5000 },
    },
    async ({ data }) => {
      const { handleTask } = await import('./fire.ts');
      await handleTask(data);
    },
  );
}
