import { apiConformance } from '@minoots/core/testing';
import { startServerUnderTest } from './server-under-test.ts';

apiConformance('the embedded engine', startServerUnderTest);
