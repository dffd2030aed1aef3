import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Waits until the system has written back what was written so far, so that the writes of a preload do not slow down
 * the syncs that are measured after it. Does nothing where there is no `sync` command.
 */
export async function settleDisk(): Promise<void> {
  if (process.platform !== 'win32') await promisify(execFile)('sync');
}
