import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../../..');

/** Loads modules, and prints the names of what the first exports, if it is something, and the files that Node read. */
const PROBE = `
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
const loaded = [];
registerHooks({ load: (url, context, next) => {
  if (url.startsWith('file:')) loaded.push(fileURLToPath(url));
  return next(url, context);
} });
const [functions] = await Promise.all(process.argv.slice(1).map((file) => import(file)));
const exported = Object.keys(functions).filter((name) => functions[name] !== undefined);
console.log(JSON.stringify({ exported, loaded }));
`;
const Probed = z.object({ exported: z.array(z.string()), loaded: z.array(z.string()) });

const Manifest = z.object({
  endpoints: z.record(z.string(), z.record(z.string(), z.unknown())),
  params: z.array(z.object({ name: z.string(), default: z.unknown().optional() })),
});

/** What `firebase deploy` would upload, built into a folder of its own. */
export interface Bundle {
  folder: string;
  /** Builds it once more in the same place. */
  rebuild(): Promise<void>;
  /** Loads it as Node does in the cloud. */
  load(environment?: Record<string, string>): Promise<z.infer<typeof Probed>>;
  /** Loads it with all that it loads when a request comes. */
  loadAll(): Promise<z.infer<typeof Probed>>;
  /** Describes its functions as the deploying tool has them described. Rejects when they cannot be loaded. */
  discover(environment?: Record<string, string>): Promise<z.infer<typeof Manifest>>;
  remove(): Promise<void>;
}

export async function buildBundle(): Promise<Bundle> {
  // Node tells the real paths of what it loads.
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'minoots-bundle-')));
  const folder = join(parent, 'functions');
  const rebuild = async () => {
    await run(process.execPath, ['scripts/build-functions.mjs', '--out', folder], { cwd: ROOT });
  };
  await rebuild();
  await symlink(join(ROOT, 'node_modules'), join(parent, 'node_modules'), 'junction');

  return {
    folder,
    rebuild,
    load: (environment = {}) => probe(folder, ['index.js'], environment),
    loadAll: async () => {
      const files = await readdir(folder, { recursive: true });
      return probe(folder, ['index.js', ...files.filter((file) => file.endsWith('.js'))], {});
    },
    discover: async (environment = {}) => {
      const output = join(parent, 'manifest.json');
      const env = clean({
        ...environment,
        FUNCTIONS_CONTROL_API: 'true',
        FUNCTIONS_MANIFEST_OUTPUT_PATH: output,
      });
      const tool = join(ROOT, 'node_modules/firebase-functions/lib/bin/firebase-functions.js');
      await run(process.execPath, [tool, folder], { cwd: folder, env });
      return Manifest.parse(JSON.parse(await readFile(output, 'utf8')));
    },
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}

async function probe(folder: string, files: readonly string[], environment: Record<string, string>) {
  const args = ['--input-type=module', '--eval', PROBE, ...files.map((file) => join(folder, file))];
  const { stdout } = await run(process.execPath, args, { cwd: folder, env: clean(environment) });
  return Probed.parse(JSON.parse(stdout));
}

/** The settings of whoever runs the tests are no part of what is tested. */
function clean(environment: Record<string, string>): Record<string, string | undefined> {
  return { PATH: process.env.PATH, HOME: process.env.HOME, GCLOUD_PROJECT: 'demo-minoots', ...environment };
}
