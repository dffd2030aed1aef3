import root from '../../../jest.config.mjs';

/** @type {import('jest').Config} */
export default {
  ...root,
  rootDir: '../../..',
  testMatch: ['<rootDir>/packages/embedded/e2e/**/*.e2e.ts'],
};
