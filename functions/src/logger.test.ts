import { afterAll } from '@jest/globals';
import { loggerContract } from '@minoots/core/testing';

const METHODS = ['debug', 'info', 'warn', 'error'] as const;
const before = Object.fromEntries(METHODS.map((method) => [method, console[method]]));
let written: string[] = [];
// The library keeps what the console is when it is loaded.
for (const method of METHODS) console[method] = (line: string) => void written.push(`${line}\n`);
afterAll(() => {
  Object.assign(console, before);
});

loggerContract('the log of the Firebase engine', async () => {
  written = [];
  const { cloudLogger } = await import('./logger.ts');
  return { logger: cloudLogger, written: () => written };
});
