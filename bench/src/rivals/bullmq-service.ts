import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { cpuMsOf, memoryOf } from '../lib/process-usage.ts';
import { TimersOverHttp } from '../lib/timers-over-http.ts';
import { bullmq, QUEUE } from './bullmq.ts';
import type { Rival, RivalSettings, RivalStore } from './rival.ts';

const SERVICE = fileURLToPath(new URL('../service/main.ts', import.meta.url));
const API_KEY = 'bench-0123456789abcdefghij';
const Ready = z.object({ url: z.url() });

/** BullMQ behind HTTP, a key and the schemas of MINOOTS: what creating costs where a service is asked, and not a library. */
export const bullmqService: Rival = {
  ...bullmq,
  name: 'bullmq over http',
  createOnly: true,
  open: openStore,
};

async function openStore(settings: RivalSettings): Promise<RivalStore> {
  // Empties the queue, at the beginning and at the end.
  const queue = await bullmq.open(settings);
  const service = fork(SERVICE, [QUEUE, settings.redisUrl ?? '', API_KEY]);
  const [message] = await once(service, 'message');
  const timers = new TimersOverHttp(Ready.parse(message).url, API_KEY, settings.connections);
  const pid = service.pid ?? 0;
  return {
    create: (job) => timers.create(job),
    createBatch: (jobs) => timers.createBatch(jobs),
    memoryBytes: async () => memoryOf(pid)?.nowBytes ?? null,
    cpuMs: () => cpuMsOf(pid),
    server: null,
    async close() {
      await timers.close();
      service.disconnect();
      await once(service, 'exit');
      await queue.close();
    },
  };
}
