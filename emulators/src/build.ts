import { join } from 'node:path';
import { runQuietly } from '../../scripts/lib/child.mjs';
import { BootstrapError } from '../../scripts/lib/say.mjs';
import { ROOT } from './root.ts';

/** Bundles the functions. @throws BootstrapError with the bundler's words */
export async function buildFunctions(): Promise<void> {
  const args = [join(ROOT, 'scripts', 'run.mjs'), 'build:functions'];
  const { code, output } = await runQuietly(process.execPath, args, { cwd: ROOT, env: process.env });
  if (code !== 0) throw new BootstrapError(`${output}\nThe functions could not be built.`);
}
