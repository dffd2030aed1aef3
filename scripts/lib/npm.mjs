import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { BootstrapError } from './say.mjs';

/** The file npm-cli.js of the npm at hand, to be run by any Node. */
export function findNpm(env) {
  const found = candidates(env).find((file) => file.endsWith('npm-cli.js') && existsSync(file));
  if (!found)
    throw new BootstrapError('npm was not found. Install it beside Node and run the command again.');
  return found;
}

function candidates(env) {
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') || 'PATH';
  const folders = [dirname(process.execPath), ...(env[key] || '').split(delimiter).filter(Boolean)];
  // npm sets npm_execpath for the scripts it runs; the rest serves `node scripts/run.mjs` by hand.
  return [env.npm_execpath || '', ...folders.flatMap(besides)];
}

function besides(folder) {
  const link = join(folder, 'npm');
  return [
    existsSync(link) ? realpathSync(link) : '',
    join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
}
