import { createCarryOut } from '../../src/carry-out.ts';
import { aJob } from './jobs.ts';

/** For tests: a runner's process with one command. */
const [folder = '', script = ''] = process.argv.slice(2);
const carryOut = createCarryOut({
  permissions: { commands: { patterns: [] }, folders: [] },
  folder,
  env: process.env,
});
await carryOut(aJob({ type: 'command', run: { script }, env: {}, cwd: null, timeout_ms: 600_000 })).ended;
