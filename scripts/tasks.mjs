/**
 * How the server is run; sizes in MiB. A small young generation takes 100 MB less under load than Node's own choice, at
 * the same rate. A bound on the old one makes V8 collect what batches leave behind sooner: with a million timers pending
 * the process then stays below 400 MB also under a storm of batches, which cost it 10 to 20 % more time.
 */
const server = ['--max-semi-space-size=16', '--max-old-space-size=1536'];

/** What each npm script runs with the pinned Node, from the repository's root. */
export const tasks = {
  start: [...server, 'packages/embedded/src/main.ts'],
  dev: [...server, '--watch', 'packages/embedded/src/main.ts'],
  test: [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ],
  minoots: ['cli/src/main.ts'],
  build: ['scripts/build.mjs'],
  'build:functions': ['scripts/build-functions.mjs'],
  lint: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
  format: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write'],
  types: ['node_modules/typescript/bin/tsc'],
  'types:dashboard': ['node_modules/typescript/bin/tsc', '-p', 'packages/embedded/src/dashboard'],
  knip: ['node_modules/knip/bin/knip.js'],
  'docs:check': ['scripts/check-doc-references.mjs'],
  'package:check': ['scripts/check-package.mjs'],
  bench: ['bench/src/main.ts'],
  chaos: ['bench/src/chaos.ts'],
  'firebase:key': ['functions/src/admin/create-key.ts'],
  'firebase:local': ['emulators/src/local.ts'],
  'test:firebase': ['emulators/e2e/run.ts'],
  'test:browser': [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--config',
    'packages/embedded/e2e/jest.config.mjs',
  ],
};

/** Tasks made of other tasks. */
export const steps = {
  verify: ['lint', 'types', 'types:dashboard', 'test', 'knip', 'docs:check'],
};
