import { type Child, startChild } from '../processes/child.ts';
import { cloudTasksBinary } from './binary.ts';

/** Starts an emulator of Cloud Tasks, with no queue yet, that listens on a port of 127.0.0.1. */
export async function startCloudTasks(port: number, logFile: string): Promise<Child> {
  const address = `127.0.0.1:${port}`;
  return startChild({
    name: 'Cloud Tasks emulator',
    command: await cloudTasksBinary(),
    args: [],
    cwd: process.cwd(),
    env: { ...process.env, LISTEN_ADDR: address, OIDC_ISSUER: `http://${address}`, QUEUES: '' },
    logFile,
  });
}
