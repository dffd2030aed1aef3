import { createServer } from 'node:http';
import { listen } from '../lib/listen.ts';
import { cpuMsOf, memoryOf } from '../lib/process-usage.ts';
import { launchServer, type ServerProcess } from '../lib/server-process.ts';
import { TimersOverHttp } from '../lib/timers-over-http.ts';
import type { Rival, RivalSettings, RivalStore } from './rival.ts';

const API_KEY = 'bench-0123456789abcdefghij';

/** MINOOTS itself: a server of its own, over HTTP with a key, one request at a time per connection; webhooks to an HTTP receiver. */
export const minoots: Rival = {
  name: 'minoots',
  unavailable: () => null,
  open: openStore,
  async consume(_settings, arrived) {
    const server = createServer((request, response) => {
      arrived((request.url ?? '').slice(1));
      request.resume();
      response.writeHead(204).end();
    });
    server.keepAliveTimeout = 60_000;
    const url = await listen(server);
    return {
      address: `${url}/`,
      async close() {
        server.closeAllConnections();
        server.close();
      },
    };
  },
};

async function openStore(settings: RivalSettings): Promise<RivalStore> {
  let { server, timers, readyMs } = await start(settings);
  return {
    create: (job) => timers.create(job),
    createBatch: (jobs) => timers.createBatch(jobs),
    memoryBytes: async () => memoryOf(server.pid)?.nowBytes ?? null,
    cpuMs: () => cpuMsOf(server.pid),
    server: {
      async kill() {
        await server.stop('SIGKILL');
        await timers.close();
      },
      async start() {
        ({ server, timers, readyMs } = await start(settings));
        return readyMs;
      },
    },
    async close() {
      await timers.close();
      await server.stop('SIGTERM');
    },
  };
}

async function start(
  settings: RivalSettings,
): Promise<{ server: ServerProcess; timers: TimersOverHttp; readyMs: number }> {
  const server = launchServer({
    entry: settings.serverEntry,
    home: settings.folder,
    apiKey: API_KEY,
    nodeArgs: settings.serverNodeArgs,
  });
  try {
    const { url, afterMs } = await server.ready;
    return { server, timers: new TimersOverHttp(url, API_KEY, settings.connections), readyMs: afterMs };
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
}
