import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/\\.node/'],
  // Built packages have the names of those that they are built from.
  modulePathIgnorePatterns: ['<rootDir>/\\.node/', '<rootDir>/(cli|functions)/dist/'],
  testEnvironment: 'node',
  // A machine may be busy or slow: how long something takes is a matter of bench, not of tests.
  testTimeout: 180_000,
  // Jest's own choice leaves a core alone, which is half of a machine that has two. Tests that talk to servers wait a lot.
  maxWorkers: Math.max(3, availableParallelism()),
  // Modules of tests are never collected: a worker is replaced before it has gigabytes of them.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/scripts/jest-sequencer.mjs',
  setupFiles: ['<rootDir>/scripts/jest-setup.mjs'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
