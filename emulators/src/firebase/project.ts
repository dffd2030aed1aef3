import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import * as z from 'zod';
import { BootstrapError } from '../../../scripts/lib/say.mjs';
import { ROOT } from '../root.ts';
import { writeManifest } from './manifest.ts';

const Codebase = z.looseObject({ source: z.string(), configDir: z.string().optional() });
const Hosting = z.looseObject({ public: z.string() });
const FirebaseJson = z.object({
  functions: z.union([Codebase, z.tuple([Codebase]).transform(([codebase]) => codebase)]),
  hosting: z.union([Hosting, z.tuple([Hosting]).transform(([hosting]) => hosting)]),
});

/** Ports of 127.0.0.1 for the emulators of firebase-tools; it starts all of these, wanted or not. */
export interface FirebasePorts {
  auth: number;
  functions: number;
  hosting: number;
  hub: number;
  logging: number;
  eventarc: number;
  tasks: number;
}

export interface ProjectOptions {
  /** An empty folder. */
  folder: string;
  projectId: string;
  ports: FirebasePorts;
  /** Settings of the functions, as a `.env` file would have them. */
  settings: Record<string, string>;
}

/**
 * Lays out a project for firebase-tools: firebase.json as this repository has it, with other ports, and a copy of the
 * functions' bundle. firebase-tools writes into that folder, and looks there for settings, so several stacks cannot share
 * one.
 * @returns the names of the functions in the bundle
 * @throws BootstrapError when there is no bundle, or it does not load
 */
export async function layOutProject({
  folder,
  projectId,
  ports,
  settings,
}: ProjectOptions): Promise<string[]> {
  const { functions: codebase, hosting } = readFirebaseJson();
  const emulators = Object.entries(ports).map(([name, port]) => [name, { host: '127.0.0.1', port }]);
  const config = {
    functions: [codebase],
    hosting,
    emulators: { ...Object.fromEntries(emulators), ui: { enabled: false } },
  };
  writeFileSync(join(folder, 'firebase.json'), JSON.stringify(config, null, 2));
  const bundle = copyBundle(folder, codebase.source);
  linkSite(folder, hosting.public);
  const place = codebase.configDir ?? codebase.source;
  const chosen = { ...readEnvFiles(join(ROOT, place), projectId), ...settings };
  const env = { ...process.env, ...chosen, GCLOUD_PROJECT: projectId, FUNCTIONS_EMULATOR: 'true' };
  const { functions, defaults } = await writeManifest(bundle, join(folder, 'node_modules'), env);
  // firebase-tools asks people for every parameter that it finds no value for.
  mkdirSync(join(folder, place), { recursive: true });
  writeFileSync(join(folder, place, '.env.local'), envFile({ ...defaults, ...chosen }));
  return functions;
}

function readFirebaseJson() {
  return FirebaseJson.parse(JSON.parse(readFileSync(join(ROOT, 'firebase.json'), 'utf8')));
}

function copyBundle(folder: string, source: string): string {
  const bundle = join(folder, source);
  if (!existsSync(join(ROOT, source, 'package.json'))) {
    throw new BootstrapError(`There is no bundle in ${source}. Run npm run build:functions first.`);
  }
  cpSync(join(ROOT, source), bundle, {
    recursive: true,
    filter: (path) => basename(path) !== 'node_modules',
  });
  // What the bundle imports is found on the way up, as it is from its own place.
  for (const place of [dirname(source), '.']) {
    const modules = join(ROOT, place, 'node_modules');
    if (existsSync(modules)) symlinkSync(modules, join(folder, place, 'node_modules'), 'junction');
  }
  return bundle;
}

function linkSite(folder: string, place: string): void {
  const site = join(folder, place);
  mkdirSync(dirname(site), { recursive: true });
  if (existsSync(join(ROOT, place))) symlinkSync(join(ROOT, place), site, 'junction');
  else mkdirSync(site, { recursive: true });
}

/** What the files say that firebase-tools would read; the later ones win. */
function readEnvFiles(folder: string, projectId: string): NodeJS.Dict<string> {
  const files = ['.env', `.env.${projectId}`, '.env.local'].map((name) => join(folder, name));
  return Object.assign({}, ...files.filter(existsSync).map((file) => parseEnv(readFileSync(file, 'utf8'))));
}

function envFile(variables: NodeJS.Dict<string>): string {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  return lines.join('');
}
