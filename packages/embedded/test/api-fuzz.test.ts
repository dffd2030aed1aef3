import { apiFuzz } from '@minoots/core/testing';
import { startServerUnderTest } from './server-under-test.ts';

apiFuzz('the embedded engine', startServerUnderTest);
