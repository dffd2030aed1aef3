import { hash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import * as z from 'zod';
import { listen } from '../lib/listen.ts';
import { bullmqApi, type StoredTimer } from './bullmq-api.ts';

const [queueName, redisUrl, apiKey] = z
  .tuple([z.string(), z.url(), z.string()])
  .parse(process.argv.slice(2, 5));
const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
const queue = new Queue<StoredTimer>(queueName, {
  connection,
  defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
});
await queue.waitUntilReady();

const server = createServer(bullmqApi(queue, hash('sha256', apiKey, 'hex'), randomUUID));
server.keepAliveTimeout = 60_000;
process.send?.({ url: await listen(server) });
process.once('disconnect', () => process.exit(0));
