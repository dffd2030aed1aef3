import { join } from 'node:path';
import { runQuietly } from '../../scripts/lib/child.mjs';
import { BootstrapError } from '../../scripts/lib/say.mjs';
import { ROOT } from './root.ts';
import type { StackPlaces } from './stack-parts.ts';

/** Makes an API key for a team of a stack, with the command that makes keys for real projects. @throws BootstrapError */
export async function createKey({ firestoreHost, projectId }: StackPlaces, team: string): Promise<string> {
  const args = [join(ROOT, 'scripts', 'run.mjs'), 'firebase:key', '--project', projectId, '--team', team];
  const env = { ...process.env, FIRESTORE_EMULATOR_HOST: firestoreHost };
  const { output } = await runQuietly(process.execPath, args, { cwd: ROOT, env });
  const key = /mnt_(?:live|test)_\w+/.exec(output)?.[0];
  if (!key) throw new BootstrapError(`${output}\nNo API key could be made.`);
  return key;
}
