import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Child, startChild } from '../processes/child.ts';
import { installFirebaseTools } from '../tools.ts';

const SHARED_WORKERS = pathToFileURL(join(import.meta.dirname, 'shared-workers.mjs'));
const WORKER_PRELOAD = pathToFileURL(join(import.meta.dirname, 'worker-preload.mjs'));
/** Tokens of nobody: they keep Google's libraries from looking for real ones on this machine or in its network. */
const NOBODY = { type: 'authorized_user', client_id: 'none', client_secret: 'none', refresh_token: 'none' };

export interface FirebaseOptions {
  /** Has firebase.json; becomes the home and the temporary folder of all that runs. */
  folder: string;
  projectId: string;
  /** `host:port` */
  firestoreHost: string;
  /** `host:port` */
  tasksHost: string;
  /** A folder in which each process that runs a function leaves a file named `<function>.<process id>`. */
  workers: string;
  logFile: string;
}

/** Starts firebase-tools' emulators of Auth, Cloud Functions and Hosting for the project in a folder. */
export async function startFirebase(options: FirebaseOptions): Promise<Child> {
  const { folder, projectId, logFile } = options;
  const tool = await installFirebaseTools();
  const emulators = ['emulators:start', '--only', 'auth,functions,hosting', '--project', projectId];
  return startChild({
    name: 'Firebase emulator',
    command: process.execPath,
    args: [`--import=${SHARED_WORKERS}`, tool, ...emulators, '--config', join(folder, 'firebase.json')],
    cwd: folder,
    env: environment(options),
    logFile,
  });
}

function environment(options: FirebaseOptions): NodeJS.ProcessEnv {
  const { folder, projectId, firestoreHost, tasksHost, workers } = options;
  const credentials = join(folder, 'credentials.json');
  writeFileSync(credentials, JSON.stringify(NOBODY));
  mkdirSync(workers, { recursive: true });
  return {
    ...process.env,
    FIRESTORE_EMULATOR_HOST: firestoreHost,
    NODE_OPTIONS: `--import=${WORKER_PRELOAD}`,
    MINOOTS_STACK_TASKS_HOST: tasksHost,
    MINOOTS_STACK_WORKERS: workers,
    // Accounts, caches and the note of the running emulators: each stack has its own, and leaves the user's alone.
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    TMPDIR: folder,
    GOOGLE_APPLICATION_CREDENTIALS: credentials,
    GOOGLE_CLOUD_PROJECT: projectId,
    METADATA_SERVER_DETECTION: 'none',
    FIREBASE_TOKEN: undefined,
    // No looking for news, and no asking npm for newer versions: without a network each would be waited for.
    CI: 'true',
    NO_UPDATE_NOTIFIER: '1',
    npm_config_offline: 'true',
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  };
}
