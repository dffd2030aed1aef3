import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { collectDependencies, readManifest } from './lib/manifests.mjs';

const PACKAGE = 'functions';
/** Packages whose code, and whose small dependencies, go into the bundle. */
const BUNDLED = ['packages/contract', 'packages/core', PACKAGE];
/**
 * What stays outside, and is installed by npm in the cloud. The client libraries of Google break in a bundle: they read
 * their protocol files from the folder they lie in, and know credentials by the class that their own copy of gRPC made.
 * The deploying tool looks for firebase-functions in package.json.
 */
const EXTERNAL = ['firebase-admin', 'firebase-functions', '@google-cloud/*', '@grpc/*'];
/** Never imported: the API serves files of it, and finds them through Node's resolution. */
const ASSETS = ['swagger-ui-dist'];
/** The runtime in the cloud, by the major version of Node that it runs. */
const NODE = '24';

/**
 * Makes the folder that `firebase deploy` uploads: the engine as a bundle, and a package.json that names the rest. The
 * settings are put beside them.
 */
async function main() {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(PACKAGE, 'dist') } } });
  const out = resolve(values.out);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const used = [...(await bundle(out)), ...ASSETS];
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest(used), null, 2)}\n`);
  copySettings(out);
  console.log(`built ${values.out}`);
}

/** Writes the bundle. @returns the packages that it imports */
async function bundle(outdir) {
  const { metafile } = await build({
    entryPoints: { index: join(PACKAGE, 'src/index.ts') },
    outdir,
    bundle: true,
    // Handlers are imported when a request comes: each gets chunks of its own, so that a start loads none of them.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: `node${NODE}`,
    external: EXTERNAL,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    // Names of classes are what a stack trace shows.
    keepNames: true,
    // CommonJS packages in the bundle require Node's own modules. The name is one that nobody else declares.
    banner: {
      js: "import { createRequire as makeRequire$ } from 'node:module';\nconst require = makeRequire$(import.meta.url);",
    },
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return imports
    .filter(({ external, path }) => external && !isBuiltin(path))
    .map(({ path }) => packageOf(path));
}

// The deploying tool looks for them in the folder that it uploads.
function copySettings(out) {
  const files = readdirSync(PACKAGE).filter((file) => /^\.env(\.|$)/.test(file));
  for (const file of files) cpSync(join(PACKAGE, file), join(out, file));
}

function packageOf(specifier) {
  const [first, second] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

function manifest(used) {
  const versions = collectDependencies(BUNDLED);
  const names = [...new Set(used)].sort();
  const undeclared = names.filter((name) => versions[name] === undefined);
  if (undeclared.length > 0) throw new Error(`no package.json declares ${undeclared.join(', ')}`);
  const { name, version, license } = readManifest(PACKAGE);
  return {
    name,
    version,
    private: true,
    license,
    type: 'module',
    main: 'index.js',
    engines: { node: NODE },
    dependencies: Object.fromEntries(names.map((name) => [name, versions[name]])),
    scarfSettings: { enabled: false },
  };
}

await main();
