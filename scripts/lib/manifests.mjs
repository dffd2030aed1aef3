import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package.json of a folder. */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * The exact versions of other people's packages that our packages in these folders depend on, by name in order.
 * @throws when two of them ask for different versions of one package
 */
export function collectDependencies(folders) {
  const collected = {};
  for (const folder of folders) {
    for (const [name, version] of Object.entries(readManifest(folder).dependencies)) {
      if (name.startsWith('@minoots/')) continue;
      if ((collected[name] ?? version) !== version) throw new Error(`two versions of ${name} are asked for`);
      collected[name] = version;
    }
  }
  return Object.fromEntries(Object.entries(collected).sort(([a], [b]) => (a < b ? -1 : 1)));
}
