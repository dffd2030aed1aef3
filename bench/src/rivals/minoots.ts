import { createServer } from 'node:http';
import { Pool } from 'undici';
import * as z from 'zod';
import { listen } from '../lib/listen.ts';
import { cpuMsOf, memoryOf } from '../lib/process-usage.ts';
import { launchServer, type ServerProcess } from '../lib/server-process.ts';
import type { Job, Rival, RivalSettings, RivalStore } from './rival.ts';

const API_KEY = 'bench-0123456789abcdefghij';
const HEADERS = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
const BatchSummary = z.object({ refused: z.number() });

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
  let { server, pool, readyMs } = await start(settings);
  return {
    async create(job) {
      await post(pool, '/v1/timers', requestOf(job), 201);
    },
    async createBatch(jobs) {
      const answer = await post(pool, '/v1/timers/batch', { timers: jobs.map(requestOf) }, 200);
      const { refused } = BatchSummary.parse(JSON.parse(answer));
      if (refused > 0) throw new Error(`${refused} of ${jobs.length} timers of a batch were refused`);
    },
    memoryBytes: async () => memoryOf(server.pid)?.nowBytes ?? null,
    server: {
      async kill() {
        await server.stop('SIGKILL');
        await pool.destroy();
      },
      async start() {
        ({ server, pool, readyMs } = await start(settings));
        return readyMs;
      },
      cpuMs: () => cpuMsOf(server.pid),
    },
    async close() {
      await pool.destroy();
      await server.stop('SIGTERM');
    },
  };
}

async function start(
  settings: RivalSettings,
): Promise<{ server: ServerProcess; pool: Pool; readyMs: number }> {
  const server = launchServer({
    entry: settings.serverEntry,
    home: settings.folder,
    apiKey: API_KEY,
    nodeArgs: settings.serverNodeArgs,
  });
  try {
    const { url, afterMs } = await server.ready;
    return { server, pool: connect(url, settings), readyMs: afterMs };
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
}

function connect(url: string, settings: RivalSettings): Pool {
  return new Pool(url, {
    connections: settings.connections,
    pipelining: 1,
    bodyTimeout: 60_000,
    headersTimeout: 60_000,
  });
}

function requestOf(job: Job): object {
  return {
    name: job.name,
    ...('inMs' in job.due ? { duration: job.due.inMs } : { fire_at: new Date(job.due.atMs).toISOString() }),
    metadata: job.metadata,
    events: { on_expire: { webhook: job.webhook } },
  };
}

/** Through undici's dispatch: its request() spends a stream on every answer, and half as much CPU again. */
function post(pool: Pool, path: string, body: object, expected: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    pool.dispatch(
      { path, method: 'POST', headers: HEADERS, body: JSON.stringify(body) },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          const text = Buffer.concat(chunks).toString();
          if (status === expected) resolve(text);
          else reject(new Error(`POST ${path} answered ${status}: ${text.slice(0, 500)}`));
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      },
    );
  });
}
