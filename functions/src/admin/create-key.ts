import { setTimeout } from 'node:timers/promises';
import { KeyScope, PlanId } from '@minoots/contract';
import {
  type ApiKeyStore,
  createApiKey,
  createRandom,
  listApiKeys,
  type Principal,
  provideTeam,
  revokeApiKey,
  statusAt,
  systemClock,
  type TeamStore,
} from '@minoots/core';
import { applicationDefault, initializeApp } from 'firebase-admin/app';
import { type Firestore, getFirestore } from 'firebase-admin/firestore';
import { FirestoreApiKeyStore } from '../stores/firestore-api-key-store.ts';
import { FirestoreTeamStore } from '../stores/firestore-team-store.ts';
import { explainFailure } from './failure.ts';
import { type KeyRequest, readKeyRequest, UsageError } from './key-request.ts';

const USAGE = `Makes an API key for a team and prints it, once: only its hash is stored.

  npm run -s firebase:key -- --team <team> [--project <id>] [--name <name>] [--scopes <scope,scope>] [--plan <plan>] [--test]
  npm run -s firebase:key -- --team <team> [--project <id>] --list
  npm run -s firebase:key -- --team <team> [--project <id>] --revoke <key id>

  --team     the team's name; it is made by its first key
  --project  the Firebase project; otherwise GOOGLE_CLOUD_PROJECT or GCLOUD_PROJECT
  --name     what the key is called in lists
  --scopes   what the key may do: ${KeyScope.options.join(', ')}; by default all but service:admin
  --plan     what the team begins with where its first key makes it: ${PlanId.options.join(', ')}; enterprise unless told
  --test     makes a key of the form mnt_test_…
  --list     lists the keys of the team instead
  --revoke   ends one of them instead, everywhere within half a minute

Credentials are the application default ones; with FIRESTORE_EMULATOR_HOST none are needed.`;

/** For all of it: Google may not answer when it is asked for credentials either. */
const DEADLINE_MS = 20_000;
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;

/** What a piece of work prints: for whoever reads along, and what it gives. */
export interface KeyReport {
  notes: string[];
  output: string;
}

/** Does what was asked for with the keys of a team. The report of a new key holds it, and nothing else ever does. */
export async function workOnKeys(
  stores: { apiKeys: ApiKeyStore; teams: TeamStore },
  { teamId, work }: Pick<KeyRequest, 'teamId' | 'work'>,
): Promise<KeyReport> {
  const deps = { ...stores, clock: systemClock, random: createRandom() };
  const ctx = { principal: operatorOf(teamId) };
  switch (work.type) {
    case 'create': {
      // Of a time before teams were stored: its timers are not counted, so it begins as what it was.
      const isOld = (await listApiKeys(deps, ctx)).length > 0;
      const { slug, plan } = await provideTeam(deps, teamId, isOld ? 'enterprise' : work.plan);
      const { key, record } = await createApiKey(deps, ctx, { ...work, scopes: [...work.scopes] });
      const { id, scopes } = record;
      return {
        notes: [
          `API key ${id} of ${teamId} (slug ${slug}, plan ${plan.id}), for ${scopes.join(', ')}.`,
          'It is shown this once:',
        ],
        output: key,
      };
    }
    case 'list': {
      const keys = await listApiKeys(deps, ctx);
      const now = deps.clock.now();
      const lines = keys.map((key) =>
        [key.id, statusAt(key, now), `${key.prefix}…`, key.name, key.scopes.join(',')].join('\t'),
      );
      return { notes: [`${lines.length} API keys of ${teamId}.`], output: lines.join('\n') };
    }
    case 'revoke': {
      const { id, name } = await revokeApiKey(deps, ctx, work.id);
      return { notes: [`API key ${id} of ${teamId} ("${name}") is revoked.`], output: id };
    }
    default:
      return work satisfies never;
  }
}

/** Whoever has the credentials of the project may do all that any key may. */
function operatorOf(teamId: string): Principal {
  return {
    type: 'api-key',
    id: 'service',
    teamId,
    scopes: new Set(KeyScope.options),
    role: null,
    person: null,
  };
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return console.log(USAGE);
  const request = readKeyRequest(args, process.env);
  const given = setTimeout(DEADLINE_MS, undefined, { ref: false }).then(() => {
    throw new Error(`Google has not answered in ${DEADLINE_MS / 1_000} s`);
  });
  try {
    const { notes, output } = await Promise.race([workInProject(request), given]);
    for (const note of notes) console.error(note);
    if (output !== '') console.log(output);
  } catch (error) {
    console.error(`minoots: ${explainFailure(error, request.project)}`);
    process.exit(EXIT_UNAVAILABLE);
  }
}

async function workInProject(request: KeyRequest): Promise<KeyReport> {
  const firestore = await openFirestore(request.project);
  const report = await workOnKeys(storesOf(firestore), request);
  await firestore.terminate();
  return report;
}

/** What the command works on. */
export function storesOf(firestore: Firestore): { apiKeys: ApiKeyStore; teams: TeamStore } {
  return { apiKeys: new FirestoreApiKeyStore(firestore), teams: new FirestoreTeamStore(firestore) };
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
