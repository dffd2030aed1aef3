import { join } from 'node:path';
import { runQuietly } from '../../scripts/lib/child.mjs';
import { BootstrapError } from '../../scripts/lib/say.mjs';
import { cloudTasksBinary } from './cloud-tasks/binary.ts';
import { ROOT } from './root.ts';
import { installFirebaseTools } from './tools.ts';

/** Bundles the functions, and gets what a stack needs that is not here yet. @throws BootstrapError */
export async function prepare(): Promise<void> {
  await buildFunctions();
  const isOwn = !process.env.CLOUD_TASKS_EMULATOR_HOST;
  await Promise.all([installFirebaseTools(), isOwn && cloudTasksBinary()]);
}

async function buildFunctions(): Promise<void> {
  const args = [join(ROOT, 'scripts', 'run.mjs'), 'build:functions'];
  const { code, output } = await runQuietly(process.execPath, args, { cwd: ROOT, env: process.env });
  if (code !== 0) throw new BootstrapError(`${output}\nThe functions could not be built.`);
}
