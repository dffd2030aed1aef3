import { parseArgs } from 'node:util';
import { KeyScope, PlanId, TEAM_KEY_SCOPES } from '@minoots/contract';

/** What the command is to do, and where. */
export interface KeyRequest {
  /** Id of the Firebase project. */
  project: string;
  /** `team_…` */
  teamId: string;
  work: KeyWork;
}

/** What is to be done with the keys of a team. */
export type KeyWork =
  | {
      type: 'create';
      name: string;
      scopes: readonly KeyScope[];
      kind: 'live' | 'test';
      /** What the team begins with, where it is not there yet. */
      plan: PlanId;
    }
  | { type: 'list' }
  | { type: 'revoke'; id: string };

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
  const options = readOptions(args);
  if (options.team === undefined) throw new UsageError('--team is missing');
  return {
    project: projectOf(options.project, env),
    teamId: teamIdOf(options.team),
    work: workOf(options),
  };
}

type Options = ReturnType<typeof readOptions>;

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        team: { type: 'string' },
        project: { type: 'string' },
        name: { type: 'string' },
        scopes: { type: 'string' },
        test: { type: 'boolean' },
        plan: { type: 'string' },
        list: { type: 'boolean' },
        revoke: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function workOf({ name, scopes, test, plan, list, revoke }: Options): KeyWork {
  const isMade = [name, scopes, plan].some((value) => value !== undefined) || test === true;
  if (Number(isMade) + Number(list === true) + Number(revoke !== undefined) > 1) {
    throw new UsageError('--list and --revoke go with --team and --project alone');
  }
  if (list === true) return { type: 'list' };
  if (revoke !== undefined) return { type: 'revoke', id: revoke };
  return {
    type: 'create',
    name: name ?? 'made by an operator',
    scopes: scopes === undefined ? TEAM_KEY_SCOPES : scopesOf(scopes),
    kind: test === true ? 'test' : 'live',
    plan: planOf(plan ?? 'enterprise'),
  };
}

function teamIdOf(team: string): string {
  const teamId = team.startsWith('team_') ? team : `team_${team}`;
  if (/^team_[A-Za-z0-9_-]{1,64}$/.test(teamId)) return teamId;
  throw new UsageError('--team takes 1 to 64 letters, digits, "_" and "-"');
}

function planOf(name: string): PlanId {
  const plan = PlanId.safeParse(name);
  if (plan.success) return plan.data;
  throw new UsageError(`--plan: there is no plan "${name}"; there are ${PlanId.options.join(', ')}`);
}

function scopesOf(text: string): KeyScope[] {
  return text.split(',').map((name) => {
    const scope = KeyScope.safeParse(name.trim());
    if (scope.success) return scope.data;
    throw new UsageError(`--scopes: there is no scope "${name}"; there are ${KeyScope.options.join(', ')}`);
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
