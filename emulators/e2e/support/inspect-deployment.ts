import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../../src/root.ts';

/**
 * `node inspect-deployment.ts <file that runs firebase-tools> <project id>`: does what `firebase deploy` does before it
 * speaks to the cloud, by the modules of firebase-tools itself, and prints what they make of this checkout as JSON, in
 * its last line. It is a program of its own since those modules are a great many, and keep state.
 */
async function main([binary = '', projectId = '']: readonly string[]): Promise<void> {
  const load: Load = (module) => createRequire(binary)(join(dirname(binary), '..', module));
  const config = load('config').Config.load({ cwd: ROOT });
  const options = {
    config,
    cwd: ROOT,
    projectId,
    project: projectId,
    projectRoot: ROOT,
    nonInteractive: true,
  };
  const isValid = load('firebaseConfigValidate').getValidator();
  isValid(config.src);
  const report = {
    faults: isValid.errors ?? [],
    site: readSite(load, options),
    rules: readRules(load, options),
    indexes: readIndexes(load, options),
  };
  await load('deploy/lifecycleHooks').lifecycleHooks('functions', 'predeploy')({}, options);
  const [codebase] = load('functions/projectConfig').normalizeAndValidate(config.src.functions);
  const source = config.path(codebase.source);
  const files = await load('fsAsync').readdirRecursive({ path: source, ignoreStrings: codebase.ignore });
  // On a line of its own: the build prints as well.
  console.log(
    JSON.stringify({
      ...report,
      source,
      files: files.map(({ name }: { name: string }) => relative(source, name)),
      endpoints: await discover(load, { projectId, source, runtime: codebase.runtime }),
    }),
  );
}

/** Loads a module of firebase-tools, which has no types. */
type Load = (module: string) => ReturnType<NodeJS.Require>;
type Options = Record<string, unknown> & { config: ReturnType<Load> };

function readSite(load: Load, options: Options): unknown {
  const targets = { requireTarget: () => undefined, target: () => [] };
  return load('hosting/config').hostingConfig({ ...options, rc: targets, site: 'demo' });
}

function readRules(load: Load, options: Options): unknown {
  const { RulesDeploy, RulesetServiceType } = load('rulesDeploy');
  const deploy = new RulesDeploy(options, RulesetServiceType.CLOUD_FIRESTORE);
  deploy.addFile(options.config.src.firestore.rules, '(default)');
  return deploy.rulesFiles;
}

/** @throws what firebase-tools has to say against the indexes */
function readIndexes(load: Load, { config }: Options): unknown {
  const { FirestoreApi } = load('firestore/api');
  const api = new FirestoreApi();
  const spec = api.upgradeOldSpec(load('loadCJSON').loadCJSON(config.path(config.src.firestore.indexes)));
  api.validateSpec(spec);
  return spec;
}

/** The endpoints that would be deployed, all settings applied. @throws what firebase-tools has to say against them */
async function discover(
  load: Load,
  { projectId, source, runtime }: { projectId: string; source: string; runtime: string },
): Promise<unknown> {
  const env = load('functions/env');
  const firebaseConfig = { projectId };
  const userEnvs = env.loadUserEnvs({ functionsSource: source, projectId, projectDir: ROOT });
  const { getRuntimeDelegate } = load('deploy/functions/runtimes');
  const delegate = await getRuntimeDelegate({ projectId, projectDir: ROOT, sourceDir: source, runtime });
  // All that it validates but the newest version of firebase-functions, which it would ask the registry for.
  load('deploy/functions/runtimes/node/validate').packageJsonIsValid('functions', source, ROOT);
  const build = await delegate.discoverBuild(
    { firebase: firebaseConfig },
    { ...userEnvs, ...env.loadFirebaseEnvs(firebaseConfig, projectId) },
  );
  build.runtime = runtime;
  const settings = { build, firebaseConfig, userEnvs, codebase: 'default', nonInteractive: true };
  const { backend } = await load('deploy/functions/build').resolveBackend(settings);
  const { allEndpoints, empty } = load('deploy/functions/backend');
  load('deploy/functions/validate').endpointsAreValid(backend, empty());
  return allEndpoints(backend);
}

await main(process.argv.slice(2));
