import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { runQuietly } from '../../scripts/lib/child.mjs';
import { withLock } from '../../scripts/lib/lock.mjs';
import { findNpm } from '../../scripts/lib/npm.mjs';
import { BootstrapError, say } from '../../scripts/lib/say.mjs';
import { treeMatchesLock } from '../../scripts/lib/tree.mjs';
import { CACHE, ROOT } from './root.ts';

const FOLDER = join(ROOT, 'emulators', 'tools');
const Manifest = z.object({ dependencies: z.object({ 'firebase-tools': z.string() }) });

/**
 * Installs firebase-tools as `emulators/tools/package-lock.json` has it, unless it is there. It is no part of the
 * repository's own installation, since it weighs more than all the rest.
 * @returns the file to be run by Node
 * @throws BootstrapError with npm's own words
 */
export async function installFirebaseTools(): Promise<string> {
  if (!treeMatchesLock(FOLDER)) {
    await withLock(join(CACHE, 'tools'), async () => {
      if (!treeMatchesLock(FOLDER)) await install();
    });
  }
  return join(FOLDER, 'node_modules', 'firebase-tools', 'lib', 'bin', 'firebase.js');
}

async function install(): Promise<void> {
  const manifest = readFileSync(join(FOLDER, 'package.json'), 'utf8');
  const version = Manifest.parse(JSON.parse(manifest)).dependencies['firebase-tools'];
  const started = Date.now();
  say(`installing firebase-tools ${version} into emulators/tools (once, about 270 MB)`);
  // Under `npm run`, npm would take the repository's root for the folder that is meant.
  const args = [findNpm(process.env), 'ci', '--prefix', FOLDER, '--no-audit', '--no-fund'];
  const npm = await runQuietly(process.execPath, args, { cwd: FOLDER, env: process.env });
  if (npm.code !== 0) throw new BootstrapError(`${npm.output}\nCould not install firebase-tools.`);
  say(`firebase-tools is ready (${Math.round((Date.now() - started) / 1000)} s)`);
}
