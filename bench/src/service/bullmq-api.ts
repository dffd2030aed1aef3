import { hash } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { CreateBatchRequest, CreateTimerRequest } from '@minoots/contract';
import type { Queue } from 'bullmq';
import { Hono } from 'hono';

/** What each job holds. */
export type StoredTimer = CreateTimerRequest & { id: string };

/**
 * The two creating operations of MINOOTS over a queue of BullMQ: the same router, the same check of the key, the same
 * schemas, and an answer when Redis has the job. What a team would write that builds the service on BullMQ.
 * @param keyHash SHA-256 of the one key, as hex
 * @param newId makes ids of timers
 */
export function bullmqApi(queue: Queue<StoredTimer>, keyHash: string, newId: () => string) {
  const app = new Hono();
  const isAllowed = (request: Request) =>
    hash('sha256', request.headers.get('authorization')?.slice('Bearer '.length) ?? '', 'hex') === keyHash;

  app.post('/v1/timers', async (c) => {
    if (!isAllowed(c.req.raw)) return c.json({ code: 'unauthenticated' }, 401);
    const request = CreateTimerRequest.safeParse(await c.req.json());
    if (!request.success) return c.json({ code: 'invalid_request', detail: request.error.message }, 400);
    const timer = { ...request.data, id: newId() };
    await queue.add('timer', timer, { delay: delayMs(timer), jobId: timer.id });
    return c.json(timer, 201);
  });

  app.post('/v1/timers/batch', async (c) => {
    if (!isAllowed(c.req.raw)) return c.json({ code: 'unauthenticated' }, 401);
    const batch = CreateBatchRequest.safeParse(await c.req.json());
    if (!batch.success) return c.json({ code: 'invalid_request', detail: batch.error.message }, 400);
    const read = batch.data.timers.map((item) => CreateTimerRequest.safeParse(item));
    const timers = read.flatMap(({ data }) => (data === undefined ? [] : [{ ...data, id: newId() }]));
    await queue.addBulk(
      timers.map((data) => ({ name: 'timer', data, opts: { delay: delayMs(data), jobId: data.id } })),
    );
    return c.json({ created: timers.length, refused: read.length - timers.length, results: timers });
  });
  return getRequestListener(app.fetch);
}

function delayMs({ duration, fire_at }: CreateTimerRequest): number {
  if (typeof duration === 'number') return duration;
  return Math.max(0, Date.parse(fire_at ?? '') - Date.now());
}
