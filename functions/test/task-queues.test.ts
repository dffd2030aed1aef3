import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startReceiver, type TestReceiver } from '@minoots/core/testing';
import type { CloudTaskQueues } from '../src/alarms/task-queues.ts';
import { queuesOf } from './support/alarm-bench.ts';
import { CloudTasksServer } from './support/cloud-tasks-server.ts';
import { epochMs } from './support/task-requests.ts';

const HOUR_MS = 3_600_000;
const REF = { queue: 2, id: '0a1b-tea-1-5' };

describe('CloudTaskQueues', () => {
  let server: CloudTasksServer;
  let receiver: TestReceiver;
  let queues: CloudTaskQueues;
  /** What the handler answers with, and when. */
  let status: number;
  let answered: Promise<void>;

  beforeEach(async () => {
    status = 204;
    answered = Promise.resolve();
    server = await CloudTasksServer.start({ backoffMs: HOUR_MS });
    receiver = await startReceiver((response) => {
      void answered.then(() => response.writeHead(status).end());
    });
    queues = queuesOf(server.host, receiver.url);
  });
  afterEach(async () => {
    await queues.close();
    await server.close();
    await receiver.close();
  });

  it('has its body posted as JSON, with the token that the function asks for', async () => {
    await queues.create({ ref: REF, body: '{"data":{"tea":"grün"}}' });
    await server.idle();
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/fire2', body: '{"data":{"tea":"grün"}}' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-cloudtasks-queuename': 'fire2',
      'x-cloudtasks-taskname': REF.id,
    });
    const [, claims = ''] = request?.headers.authorization?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: `${receiver.url}/fire2`,
      email: 'tasks@demo-minoots.iam.gserviceaccount.com',
    });
  });

  it('sets instant and deadline', async () => {
    const scheduleAt = Date.now() + HOUR_MS;
    await queues.create({ ref: REF, body: '{}', scheduleAt });
    const [task] = server.tasks;
    expect(task?.name).toBe(`projects/demo-minoots/locations/us-central1/queues/fire2/tasks/${REF.id}`);
    expect(epochMs(task?.scheduleTime)).toBe(scheduleAt);
    expect(epochMs(task?.dispatchDeadline)).toBe(60_000);
  });

  it('takes a name once, also when its task is gone', async () => {
    const task = { ref: REF, body: '{}', scheduleAt: Date.now() + HOUR_MS };
    expect(await queues.create(task)).toBe('created');
    expect(await queues.create(task)).toBe('exists');
    await queues.delete(REF);
    expect(await queues.create(task)).toBe('exists');
    expect(await queues.create({ ...task, ref: { ...REF, queue: 3 } })).toBe('created');
  });

  it('tells how far a task has come', async () => {
    const scheduleAt = Date.now() + HOUR_MS;
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    answered = promise;
    status = 500;
    expect(await queues.get(REF)).toBeNull();
    await queues.create({ ref: REF, body: '{}', scheduleAt });
    expect(await queues.get(REF)).toEqual({ scheduleAt, failedAttempts: 0, isUnderWay: false });
    expect(await queues.run(REF)).toBe(true);
    expect(await queues.get(REF)).toMatchObject({ failedAttempts: 0, isUnderWay: true });
    answer();
    await server.idle();
    expect(await queues.get(REF)).toMatchObject({ failedAttempts: 1, isUnderWay: false });
    status = 204;
    expect(await queues.run(REF)).toBe(true);
    await server.idle();
    expect(await queues.get(REF)).toBeNull();
  });

  it('does not mind a task that is not there', async () => {
    await queues.delete(REF);
    expect(await queues.run(REF)).toBe(false);
  });

  it('says what Cloud Tasks refuses', async () => {
    const far = { ref: REF, body: '{}', scheduleAt: Date.now() + 31 * 24 * HOUR_MS };
    await expect(queues.create(far)).rejects.toThrow('720h');
    const misnamed = { ref: { queue: 0, id: 'not valid' }, body: '{}' };
    await expect(queues.create(misnamed)).rejects.toThrow('Task ID');
  });
});
