import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runQuietly } from '../../../scripts/lib/child.mjs';
import { withLock } from '../../../scripts/lib/lock.mjs';
import { BootstrapError, say } from '../../../scripts/lib/say.mjs';
import { CACHE } from '../root.ts';

const CRATE = 'cloud-tasks-emulator';
const VERSION = '0.1.3';
const HOME = join(CACHE, `${CRATE}-${VERSION}`);
const BINARY = join(HOME, 'bin', CRATE);

/**
 * The program that stands in for Cloud Tasks, built from its crate when this checkout has none yet.
 * @throws BootstrapError when there is no Rust toolchain, or the build fails
 */
export async function cloudTasksBinary(): Promise<string> {
  if (existsSync(BINARY)) return BINARY;
  return withLock(join(CACHE, CRATE), async () => {
    if (!existsSync(BINARY)) await build();
    return BINARY;
  });
}

async function build(): Promise<void> {
  const staging = `${HOME}-${process.pid}`;
  const started = Date.now();
  say(`building the Cloud Tasks emulator (crate ${CRATE} ${VERSION}); once, a few minutes`);
  try {
    mkdirSync(dirname(staging), { recursive: true });
    await cargoInstall(staging);
    // The rename comes last: a folder with its final name always holds a whole program.
    renameSync(staging, HOME);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  say(`the Cloud Tasks emulator is ready (${Math.round((Date.now() - started) / 1000)} s)`);
}

async function cargoInstall(root: string): Promise<void> {
  const args = ['install', '--locked', '--version', VERSION, '--root', root, CRATE];
  const cargo = await runQuietly('cargo', args, { env: process.env }).catch((error) => {
    if (error.code === 'ENOENT') throw new BootstrapError(NO_CARGO);
    throw error;
  });
  if (cargo.code !== 0)
    throw new BootstrapError(`${cargo.output}\nThe Cloud Tasks emulator could not be built.`);
}

const NO_CARGO = `The Cloud Tasks emulator is built with cargo, which was not found. Install Rust with rustup
(https://rustup.rs) and run the command again, or set CLOUD_TASKS_EMULATOR_HOST to the host:port of a ${CRATE}
that runs elsewhere.`;
