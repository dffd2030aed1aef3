import { join } from 'node:path';
import { type LaunchOptions, ServerProcess } from './server-process.ts';
import { makeTempFolder } from './temp-folder.ts';

/** A data folder and the servers that were started in it. */
export interface DataFolder {
  /** Path of the folder; it exists once the first server has made it. */
  home: string;
  launch(options?: LaunchOptions): ServerProcess;
  /** Path of a file in the folder. */
  file(name: string): string;
  /** Ends every server and removes the folder. */
  close(): Promise<void>;
}

export async function makeDataFolder(): Promise<DataFolder> {
  const { folder, remove } = await makeTempFolder();
  const home = join(folder, 'data');
  const servers: ServerProcess[] = [];
  return {
    home,
    file: (name) => join(home, name),
    launch(options) {
      const server = new ServerProcess(home, options);
      servers.push(server);
      return server;
    },
    async close() {
      await Promise.all(servers.map((server) => server.stop('SIGKILL')));
      await remove();
    },
  };
}
