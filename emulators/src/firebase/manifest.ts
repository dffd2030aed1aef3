import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { runQuietly } from '../../../scripts/lib/child.mjs';
import { BootstrapError } from '../../../scripts/lib/say.mjs';

const Manifest = z.object({
  params: z
    .array(z.object({ name: z.string(), type: z.string(), default: z.unknown().optional() }))
    .default([]),
});

/**
 * Writes functions.yaml, the list of the functions in a bundle, into its folder: firebase-tools then need not load the
 * bundle to find them, which takes it seconds, and a bundle that does not load is told at once.
 * @param modules the node_modules that the bundle finds
 * @returns the default of every parameter as text, by name
 * @throws BootstrapError with the bundle's own error
 */
export async function writeManifest(
  folder: string,
  modules: string,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const file = join(folder, 'functions.yaml');
  const discovery = join(modules, 'firebase-functions', 'lib', 'bin', 'firebase-functions.js');
  const { code, output } = await runQuietly(process.execPath, [discovery], {
    cwd: folder,
    env: { ...env, FUNCTIONS_MANIFEST_OUTPUT_PATH: file },
  });
  if (code !== 0) throw new BootstrapError(`${output}\nThe bundle of the functions does not load.`);
  const { params } = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  return Object.fromEntries(
    params.filter((param) => param.type !== 'secret').map((param) => [param.name, textOf(param.default)]),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
