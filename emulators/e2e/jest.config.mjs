import root from '../../jest.config.mjs';

/** @type {import('jest').Config} */
export default {
  ...root,
  rootDir: '../..',
  testMatch: ['<rootDir>/emulators/e2e/**/*.e2e.ts'],
  // All files share one stack, and some kill its processes.
  maxWorkers: 1,
  testTimeout: 180_000,
  // A request that an emulator never answers fails its test, and should not keep all from ending.
  forceExit: true,
};
