import { loggerContract } from '@minoots/core/testing';
import { createLogger } from './logger.ts';

loggerContract('the log of the embedded engine', async () => {
  const written: string[] = [];
  return { logger: createLogger('debug', (line) => written.push(line)), written: () => written };
});
