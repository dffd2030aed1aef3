import { apiConformance } from '@minoots/core/testing';
import { startServerUnderTest } from './server-under-test.ts';

apiConformance('the embedded engine', startServerUnderTest, {
  hasOwner: true,
  quotaRuns: Number(process.env.MINOOTS_TEST_QUOTA_RUNS ?? 1),
});
