import * as z from 'zod';
import { rivalNamed } from '../rivals/registry.ts';
import type { ConsumerMessage } from './messages.ts';

const FLUSH_EVERY_MS = 50;

const Arguments = z.tuple([
  z.string(),
  z.object({
    connections: z.number(),
    folder: z.string(),
    serverEntry: z.string(),
    serverNodeArgs: z.array(z.string()),
    redisUrl: z.string().nullable(),
    databaseUrl: z.string().nullable(),
  }),
]);

const [rivalName, settings] = Arguments.parse([process.argv[2], JSON.parse(process.argv[3] ?? '')]);
let arrivals: [string, number][] = [];

const consumer = await rivalNamed(rivalName).consume(settings, (jobId) => {
  arrivals.push([jobId, Date.now()]);
});
send({ type: 'ready', address: consumer.address });
setInterval(flush, FLUSH_EVERY_MS);
process.once('disconnect', () => process.exit(0));
process.once('message', async () => {
  await consumer.close();
  flush();
  process.disconnect();
});

function flush(): void {
  if (arrivals.length === 0) return;
  send({ type: 'arrivals', arrivals });
  arrivals = [];
}

function send(message: ConsumerMessage): void {
  process.send?.(message);
}
