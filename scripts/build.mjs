import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { collectDependencies, readManifest } from './lib/manifests.mjs';

const PACKAGE = 'cli';
const OUT = join(PACKAGE, 'dist');
/** Packages whose code goes into the bundle; what they depend on becomes the published package's own dependencies. */
const BUNDLED = ['packages/contract', 'packages/core', 'packages/embedded', 'packages/runner', PACKAGE];
/** Modules that are run or imported by themselves, by their place in the published package. */
const ENTRIES = {
  index: 'cli/src/index.ts',
  main: 'cli/src/main.ts',
  'sdk/sync-worker': 'cli/src/sdk/sync-worker.ts',
  'daemon/entry': 'cli/src/daemon/entry.ts',
  // The server's writer looks for its thread beside itself.
  'daemon/writer-thread': 'packages/embedded/src/sqlite/writer-thread.ts',
  // So does whoever starts commands, which is in a module that the server and the command line share.
  leash: 'packages/runner/src/command/leash.ts',
};

/**
 * Makes `cli/dist`, the folder that is published as the command line and client library: our own packages bundled into
 * it, other people's as dependencies with the exact versions that were tested.
 */
async function main() {
  const dependencies = collectDependencies(BUNDLED);
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  await Promise.all([bundle(Object.keys(dependencies)), bundleTypes(Object.keys(dependencies))]);
  cpSync(join(PACKAGE, 'bin'), join(OUT, 'bin'), { recursive: true });
  cpSync('packages/embedded/src/dashboard', join(OUT, 'lib/daemon/dashboard'), {
    recursive: true,
    filter: (path) => !/\.test\.ts$|tsconfig\.json$/.test(path),
  });
  cpSync(join(PACKAGE, 'README.md'), join(OUT, 'README.md'));
  cpSync('LICENSE', join(OUT, 'LICENSE'));
  writeFileSync(join(OUT, 'package.json'), `${JSON.stringify(publishedManifest(dependencies), null, 2)}\n`);
  console.log(`built ${OUT}`);
}

async function bundle(external) {
  const { metafile } = await build({
    entryPoints: ENTRIES,
    outdir: join(OUT, 'lib'),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external,
    metafile: true,
    // Names of classes are what a stack trace shows.
    keepNames: true,
  });
  const foreign = Object.keys(metafile.inputs).filter((path) => path.includes('node_modules/'));
  if (foreign.length > 0)
    throw new Error(`no package.json declares what is imported from ${foreign.join(', ')}`);
}

async function bundleTypes(external) {
  const types = await rollup({
    input: join(PACKAGE, 'src/index.ts'),
    external: (id) =>
      id.startsWith('node:') || external.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [
      dts({ includeExternal: ['@minoots/contract'], respectExternal: true, tsconfig: 'tsconfig.json' }),
    ],
  });
  await types.write({ file: join(OUT, 'lib/index.d.ts') });
}

function publishedManifest(dependencies) {
  const { devDependencies: _, publishConfig, ...manifest } = readManifest(PACKAGE);
  return {
    ...manifest,
    exports: {
      '.': { types: './lib/index.d.ts', default: './lib/index.js' },
      './package.json': './package.json',
    },
    types: './lib/index.d.ts',
    publishConfig: { access: publishConfig.access },
    dependencies,
  };
}

await main();
