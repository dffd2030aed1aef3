import { join } from 'node:path';
import { runQuietly } from '../../scripts/lib/child.mjs';
import { BootstrapError } from '../../scripts/lib/say.mjs';
import { ROOT } from './root.ts';
import type { StackPlaces } from './stack-parts.ts';

/**
 * Makes an API key for a team of a stack, with the command that makes keys for real projects.
 * @param scopes what it may do; all that a team may do unless told
 * @throws BootstrapError
 */
export async function createKey(
  { firestoreHost, projectId }: StackPlaces,
  team: string,
  scopes?: string,
): Promise<string> {
  const script = join(ROOT, 'scripts', 'run.mjs');
  const args = [script, 'firebase:key', '--project', projectId, '--team', team];
  if (scopes !== undefined) args.push('--scopes', scopes);
  const env = { ...process.env, FIRESTORE_EMULATOR_HOST: firestoreHost };
  const { output } = await runQuietly(process.execPath, args, { cwd: ROOT, env });
  const key = /mnt_(?:live|test)_\w+/.exec(output)?.[0];
  if (!key) throw new BootstrapError(`${output}\nNo API key could be made.`);
  return key;
}
