import { join } from 'node:path';
import { BootstrapError } from '../../scripts/lib/say.mjs';
import { deployQueue } from './cloud-tasks/queues.ts';
import { startCloudTasks } from './cloud-tasks/server.ts';
import { layOutProject } from './firebase/project.ts';
import { startFirebase } from './firebase/server.ts';
import { readTriggers, type Trigger } from './firebase/triggers.ts';
import { warmUp } from './firebase/warm-up.ts';
import { startFirestore } from './firestore-server.ts';
import type { Child } from './processes/child.ts';
import { freePorts } from './processes/ports.ts';
import { failure, getJson, listens, untilReady } from './processes/ready.ts';

/** What a stack is forgotten with protects nothing, so its key may be anybody's: 32 zero bytes in base64. */
const MINOOTS_SECRET_KEY = `${'A'.repeat(43)}=`;

/** Where the parts of a stack are. */
export interface StackPlaces {
  projectId: string;
  region: string;
  /** The API at the function's own URL, as in `${apiUrl}/v1/timers`. */
  apiUrl: string;
  /** The hosting emulator, which passes the API's paths on. */
  hostingUrl: string;
  /** A function that is called by HTTP or by tasks answers at `${functionsUrl}/<name>`. */
  functionsUrl: string;
  /** A POST to one of these runs a scheduled function, by name. */
  scheduleUrls: Record<string, string>;
  /** `host:port`, as are the next two. */
  firestoreHost: string;
  tasksHost: string;
  authHost: string;
  /** Each process that runs a function has a file here, named `<function>.<process id>`, which outlives it. */
  workers: string;
  /** A folder with what the emulators have written. The functions' own words are in firebase.log. */
  logs: string;
}

interface Parts {
  projectId: string;
  settings: Record<string, string>;
  signal: AbortSignal;
  folder: string;
  logs: string;
  /** Gets every child that is started, at once. */
  children: Child[];
}

/** Starts the parts of a stack and waits until each answers. @throws BootstrapError */
export async function startParts(parts: Parts): Promise<{ places: StackPlaces; triggers: Trigger[] }> {
  const { projectId, settings, signal, folder, logs, children } = parts;
  const [firestore, tasks, ports] = await choosePorts();
  const emulatorUrl = `http://127.0.0.1:${ports.functions}`;
  const foundations = [
    hostOf(parts, 'FIRESTORE_EMULATOR_HOST', firestore, () =>
      startFirestore(firestore, join(logs, 'firestore.log')),
    ),
    hostOf(parts, 'CLOUD_TASKS_EMULATOR_HOST', tasks, () =>
      startCloudTasks(tasks, join(logs, 'cloud-tasks.log')),
    ),
    layOutProject({
      folder,
      projectId,
      ports,
      // The targets of a developer's timers are on this machine.
      settings: {
        MINOOTS_ALLOW_PRIVATE_TARGETS: 'true',
        MINOOTS_SECRET_KEY,
        ...settings,
        MINOOTS_FUNCTIONS_URL: emulatorUrl,
      },
    }),
  ] as const;
  // A child that is started after the failure of another would not be stopped.
  await Promise.allSettled(foundations);
  const [firestoreHost, tasksHost, names] = await Promise.all(foundations);
  const workers = join(folder, 'workers');
  const logFile = join(logs, 'firebase.log');
  const firebase = await startFirebase({ folder, projectId, firestoreHost, tasksHost, workers, logFile });
  children.push(firebase);
  const triggers = await untilReady(firebase, () => readTriggers(emulatorUrl, names), signal);
  await deployQueues(triggers, tasksHost, projectId);
  const urls = functionUrls(triggers, emulatorUrl, projectId);
  await warmUp(triggers, urls.functionsUrl);
  const authHost = `127.0.0.1:${ports.auth}`;
  const hostingUrl = `http://127.0.0.1:${ports.hosting}`;
  await untilReady(firebase, () => listens(authHost), signal);
  await untilReady(firebase, () => listens(`127.0.0.1:${ports.hosting}`), signal);
  await expectHealthy(firebase, [hostingUrl, urls.apiUrl]);
  const hosts = { hostingUrl, firestoreHost, tasksHost, authHost };
  return { triggers, places: { projectId, ...urls, ...hosts, workers, logs } };
}

async function choosePorts() {
  const [firestore = 0, tasks = 0, auth = 0, functions = 0, hosting = 0, ...own] = await freePorts(9);
  const [hub = 0, logging = 0, eventarc = 0, unused = 0] = own;
  return [firestore, tasks, { auth, functions, hosting, hub, logging, eventarc, tasks: unused }] as const;
}

/** The `host:port` of an emulator: the one that a variable names, or one that is started. */
async function hostOf(
  { children, signal }: Parts,
  variable: string,
  port: number,
  start: () => Promise<Child>,
): Promise<string> {
  const given = process.env[variable];
  if (given) {
    await listens(given).catch((error: unknown) => {
      throw new BootstrapError(`${variable} is ${given}, where nobody answers (${error})`);
    });
    return given;
  }
  const child = await start();
  children.push(child);
  const host = `127.0.0.1:${port}`;
  await untilReady(child, () => listens(host), signal);
  return host;
}

async function deployQueues(triggers: readonly Trigger[], host: string, projectId: string): Promise<void> {
  for (const { name, region, taskQueueTrigger } of triggers) {
    const queue = `projects/${projectId}/locations/${region}/queues/${name}`;
    if (taskQueueTrigger) await deployQueue(host, queue, taskQueueTrigger);
  }
}

async function expectHealthy(firebase: Child, baseUrls: readonly string[]): Promise<void> {
  try {
    await Promise.all(baseUrls.map((baseUrl) => getJson(`${baseUrl}/healthz`)));
  } catch (error) {
    throw failure(firebase, `runs, but the API in it does not: ${error}`);
  }
}

function functionUrls(triggers: readonly Trigger[], emulatorUrl: string, projectId: string) {
  const region = triggers.find(({ name }) => name === 'api')?.region;
  if (!region) throw new BootstrapError('The bundle of the functions has no function named api.');
  const functionsUrl = `${emulatorUrl}/${projectId}/${region}`;
  // The emulator names what is not called by HTTP with a generation, 0 until somebody switches functions off and on.
  const scheduleUrls = triggers
    .filter(({ schedule }) => schedule)
    .map(({ name, id }) => [name, `${emulatorUrl}/functions/projects/${projectId}/triggers/${id}-0`]);
  const byName: Record<string, string> = Object.fromEntries(scheduleUrls);
  return { region, functionsUrl, apiUrl: `${functionsUrl}/api`, scheduleUrls: byName };
}
