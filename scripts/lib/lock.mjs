import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './say.mjs';

const beatMs = 1_000;
const staleMs = 10_000;

/** Runs `work` while no other process holds the lock in `folder`; waits for its turn, and says so. */
export async function withLock(folder, work) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'lock');
  let waiting = false;
  while (!take(file)) {
    if (!waiting) say('another setup is running in this folder; waiting for it');
    waiting = true;
    clearStale(file);
    await delay(200);
  }
  const release = () => rmSync(file, { force: true });
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), beatMs);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

// The holder touches its lock while it works, so age alone tells that it died; a process id may have been given away again.
function clearStale(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs < staleMs) return;
    const aside = `${file}-stale-${process.pid}`;
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
