import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Scope } from '@minoots/contract';
import { type ApiKeyStore, createRandom, generateApiKey, hashApiKey } from '@minoots/core';
import { applicationDefault, initializeApp } from 'firebase-admin/app';
import { type Firestore, GrpcStatus, getFirestore } from 'firebase-admin/firestore';
import { FirestoreApiKeyStore } from '../stores/firestore-api-key-store.ts';
import { grpcStatusOf } from '../stores/grpc-status.ts';

const USAGE = `Makes an API key for a team and prints it, once: only its hash is stored.

  npm run -s firebase:key -- --team <team> [--project <id>] [--scopes <scope,scope>] [--test]

  --team     the team's name; it is made by its first key
  --project  the Firebase project; otherwise GOOGLE_CLOUD_PROJECT or GCLOUD_PROJECT
  --scopes   what the key may do: ${Scope.options.join(', ')}; all of it by default
  --test     makes a key of the form mnt_test_…

Credentials are the application default ones; with FIRESTORE_EMULATOR_HOST none are needed.`;

/** For all of it: Google may not answer when it is asked for credentials either. */
const DEADLINE_MS = 20_000;
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;

/** What a key is made for. */
export interface KeyRequest {
  /** Id of the Firebase project. */
  project: string;
  /** `team_…` */
  teamId: string;
  scopes: readonly Scope[];
  kind: 'live' | 'test';
}

/** The command cannot be carried out as it was given. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the command line.
 * @param args without Node and the file
 * @throws UsageError that names the option
 */
export function readKeyRequest(args: readonly string[], env: NodeJS.ProcessEnv): KeyRequest {
  const { team, project, scopes, test } = readOptions(args);
  if (team === undefined) throw new UsageError('--team is missing');
  return {
    project: projectOf(project, env),
    teamId: teamIdOf(team),
    scopes: scopes === undefined ? Scope.options : scopesOf(scopes),
    kind: test === true ? 'test' : 'live',
  };
}

/**
 * Makes a key and stores its hash.
 * @param now epoch ms
 * @returns the key, which cannot be had again, and the id of its record
 */
export async function createKey(
  keys: Pick<ApiKeyStore, 'put'>,
  { teamId, scopes, kind }: Omit<KeyRequest, 'project'>,
  now: number,
): Promise<{ id: string; key: string }> {
  const id = `key_${createRandom().id()}`;
  const key = generateApiKey(kind);
  await keys.put({ id, teamId, hash: hashApiKey(key), scopes, createdAt: now });
  return { id, key };
}

/** What to do about a failure: one line, and more where a person has to act. */
export function explainFailure(error: unknown, project: string): string {
  const text = causesOf(error).join(': ');
  if (/default credentials|GOOGLE_APPLICATION_CREDENTIALS|invalid_grant|invalid_rapt/i.test(text)) {
    return `there are no usable Google credentials. Run: gcloud auth application-default login\n(${text})`;
  }
  switch (grpcStatusOf(error)) {
    case GrpcStatus.PERMISSION_DENIED:
    case GrpcStatus.UNAUTHENTICATED:
      return `these credentials may not write to Firestore of project ${project}\n(${text})`;
    case GrpcStatus.NOT_FOUND:
      return `project ${project} has no Firestore database. Run: firebase firestore:databases:create "(default)" --location <region> --project ${project}\n(${text})`;
    default:
      return text;
  }
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        team: { type: 'string' },
        project: { type: 'string' },
        scopes: { type: 'string' },
        test: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function teamIdOf(team: string): string {
  const teamId = team.startsWith('team_') ? team : `team_${team}`;
  if (/^team_[A-Za-z0-9_-]{1,64}$/.test(teamId)) return teamId;
  throw new UsageError('--team takes 1 to 64 letters, digits, "_" and "-"');
}

function scopesOf(text: string): Scope[] {
  return text.split(',').map((name) => {
    const scope = Scope.safeParse(name.trim());
    if (scope.success) return scope.data;
    throw new UsageError(`--scopes: there is no scope "${name}"; there are ${Scope.options.join(', ')}`);
  });
}

function projectOf(given: string | undefined, env: NodeJS.ProcessEnv): string {
  const project = given || env.GOOGLE_CLOUD_PROJECT || env.GCLOUD_PROJECT;
  if (!project) throw new UsageError('name the Firebase project: --project, or GOOGLE_CLOUD_PROJECT');
  if (project.startsWith('demo-') && !env.FIRESTORE_EMULATOR_HOST) {
    throw new UsageError(`${project} is a project of the emulators: set FIRESTORE_EMULATOR_HOST`);
  }
  return project;
}

/** The messages of an error and of what caused it, first lines only. */
function causesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const [first = error.name] = error.message.split('\n');
  return error.cause === undefined ? [first] : [first, ...causesOf(error.cause)];
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return console.log(USAGE);
  const request = readKeyRequest(args, process.env);
  const { project, teamId, scopes } = request;
  const given = setTimeout(DEADLINE_MS, undefined, { ref: false }).then(() => {
    throw new Error(`Google has not answered in ${DEADLINE_MS / 1_000} s`);
  });
  try {
    const { id, key } = await Promise.race([storeKey(request), given]);
    console.error(`API key ${id} of ${teamId} in project ${project}, for ${scopes.join(', ')}.`);
    console.error('It is shown this once:');
    console.log(key);
  } catch (error) {
    console.error(`minoots: ${explainFailure(error, project)}`);
    process.exit(EXIT_UNAVAILABLE);
  }
}

async function storeKey(request: KeyRequest): Promise<{ id: string; key: string }> {
  const firestore = await openFirestore(request.project);
  const made = await createKey(new FirestoreApiKeyStore(firestore), request, Date.now());
  await firestore.terminate();
  return made;
}

async function openFirestore(projectId: string): Promise<Firestore> {
  if (process.env.FIRESTORE_EMULATOR_HOST) {
    // Google's library looks for a machine's own account even where it needs none.
    process.env.METADATA_SERVER_DETECTION ??= 'none';
    return getFirestore(initializeApp({ projectId }));
  }
  const credential = applicationDefault();
  // Asked for by itself: the client of Firestore rejects elsewhere, too, when it gets none.
  await credential.getAccessToken();
  return getFirestore(initializeApp({ projectId, credential }));
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    console.error(`minoots: ${error.message} (--help tells more)`);
    process.exitCode = EXIT_USAGE;
  });
}
