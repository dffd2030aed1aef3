import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import type { Job, JobAction } from '@minoots/contract';
import * as z from 'zod';
import { problem } from './scripted-server.ts';

const Body = z.looseObject({ runner_id: z.string().optional(), attempt: z.int().optional() });

/** For tests: the part of the API that runners know, with jobs that the test posts and no leases that end. */
export async function jobServer() {
  const queue: Job[] = [];
  const told: { what: string; runner: string; body: z.infer<typeof Body> }[] = [];
  const waiting = new Set<ServerResponse>();
  let key = 'key-of-the-test';

  const answer = (response: ServerResponse, value: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const give = (response: ServerResponse) => answer(response, { data: queue.splice(0, 1) });
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    const handle = async () => {
      const body = Body.parse(await readJson(request));
      if (headers.authorization !== `Bearer ${key}`) return problem('unauthenticated')(response, seen);
      const [, , kind = '', id = '', verb = 'register'] = url.split('/');
      told.push({ what: verb, runner: kind === 'runners' ? id : (body.runner_id ?? ''), body });
      if (verb === 'lease' && queue.length === 0) {
        waiting.add(response);
        response.once('close', () => waiting.delete(response));
      } else if (verb === 'lease') give(response);
      else if (verb === 'register') answer(response, { ...RUNNER, ...body, id });
      else answer(response, { lease_until: FAR });
    };
    const seen = { method: request.method ?? '', url, headers, body: '' };
    handle().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  let count = 0;
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** Everything that runners said, in turn. */
    told,
    of: (what: string) => told.filter((each) => each.what === what),
    changeKey: (next: string) => {
      key = next;
    },
    post(action: JobAction, changes: Partial<Job> = {}): Job {
      count += 1;
      const timer = { id: `tmr_${count}`, name: `job ${count}` };
      const job = {
        id: `dlv_1_mh5k2p0q_${timer.id}`,
        attempt: 1,
        timer,
        action,
        lease_until: FAR,
        ...changes,
      };
      queue.push(job);
      const [first] = waiting;
      if (first !== undefined) {
        waiting.delete(first);
        give(first);
      }
      return job;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const FAR = '2100-01-01T00:00:00.000Z';
const RUNNER = { labels: [], registered_at: FAR, last_seen_at: FAR, online: true };

/** For tests: a script as an action. */
export function aScript(script: string): JobAction {
  return { type: 'command', run: { script }, env: {}, cwd: null, timeout_ms: 60_000 };
}
