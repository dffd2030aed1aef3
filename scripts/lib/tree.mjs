import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether node_modules already holds what package-lock.json asks for, as after a plain `npm install`: then `npm ci`, which
 * empties the folder first, is not needed.
 */
export function treeMatchesLock(root) {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    return found ? found.version === entry.version : entry.optional && !fits(entry);
  });
}

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

// npm leaves out the optional packages of other platforms. `libc` is not known here: such a package may be absent.
function fits({ os, cpu, libc }) {
  return !libc && allows(os, process.platform) && allows(cpu, process.arch);
}

const allows = (list, mine) =>
  !list || list.includes(mine) || (list[0].startsWith('!') && !list.includes(`!${mine}`));
