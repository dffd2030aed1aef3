import { join } from 'node:path';

/** Files of the local server in its data folder that a client reads or writes. */
export interface DaemonPaths {
  /** Where the server listens, while it does. */
  serverFile: string;
  apiKey: string;
  log: string;
  oldLog: string;
}

/** @param home the data folder, absolute */
export function daemonPaths(home: string): DaemonPaths {
  return {
    serverFile: join(home, 'server.json'),
    apiKey: join(home, 'api-key'),
    log: join(home, 'daemon.log'),
    oldLog: join(home, 'daemon.log.1'),
  };
}
