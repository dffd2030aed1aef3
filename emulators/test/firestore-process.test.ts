import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';

const MAIN = join(import.meta.dirname, '../src/firestore/main.ts');
const CLIENT = join(import.meta.dirname, 'support/firestore-client.ts');

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function startEmulator(): Promise<{ address: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  const [, address] = /FIRESTORE_EMULATOR_HOST=(127\.0\.0\.1:\d+)$/.exec(line) ?? [];
  if (!address) throw new Error(`no address in "${line}"`);
  return { address, child };
}

async function runClient(address: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT], {
    env: { ...process.env, FIRESTORE_EMULATOR_HOST: address, METADATA_SERVER_DETECTION: 'none' },
  });
  return JSON.parse(stdout);
}

describe('the emulator as a process', () => {
  it('serves clients in other processes together, and ends at SIGTERM', async () => {
    const { address, child } = await startEmulator();
    const counts = await Promise.all([runClient(address), runClient(address)]);
    expect(counts).toContainEqual([20]);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
