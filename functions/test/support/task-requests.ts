import type { google } from '@google-cloud/tasks/build/protos';
import { status } from '@grpc/grpc-js';

type ITask = google.cloud.tasks.v2.ITask;

const TASK_NAME = /^(projects\/[^/]+\/locations\/[^/]+\/queues\/([^/]+))\/tasks\/([^/]*)$/;
const QUEUE_ID = /^[A-Za-z0-9-]{1,100}$/;
const TASK_ID = /^[A-Za-z0-9_-]{1,500}$/;
const FURTHEST_MS = 30 * 86_400_000;
const MIN_DEADLINE_MS = 15_000;
const MAX_DEADLINE_MS = 1_800_000;
const DEFAULT_DEADLINE_MS = 600_000;

/** An error that the client sees as a gRPC status. */
export class RpcError extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** The queue's name within a task's name. */
export function parentOf(name: string): string | undefined {
  return TASK_NAME.exec(name)?.[1];
}

/**
 * Completes a task that is to be created in the queue `parent`.
 * @throws RpcError where the real service would refuse it, in its words
 */
export function checkNewTask(parent: string, task: ITask): ITask & { name: string } {
  const name = checkName(parent, task.name ?? '');
  if (!task.httpRequest?.url) refuse('HttpRequest.url is required.');
  const deadlineMs = task.dispatchDeadline ? epochMs(task.dispatchDeadline) : DEFAULT_DEADLINE_MS;
  if (deadlineMs < MIN_DEADLINE_MS || deadlineMs > MAX_DEADLINE_MS)
    refuse('Task.dispatchDeadline must be between [15s, 30m].');
  const now = Date.now();
  const scheduleAt = Math.max(now, task.scheduleTime ? epochMs(task.scheduleTime) : now);
  if (scheduleAt > now + FURTHEST_MS) refuse('Schedule time must be no more than 720h in the future.');
  return {
    name,
    httpRequest: task.httpRequest,
    scheduleTime: timestamp(scheduleAt),
    createTime: timestamp(now),
    dispatchDeadline: timestamp(deadlineMs),
    dispatchCount: 0,
    responseCount: 0,
  };
}

function checkName(parent: string, name: string): string {
  const match = TASK_NAME.exec(name);
  if (match === null)
    refuse(
      'Task name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/queues/<QUEUE_ID>/tasks/<TASK_ID>".',
    );
  const [, queueName, queueId = '', taskId = ''] = match;
  if (!QUEUE_ID.test(queueId)) refuse(`Queue ID "${queueId}" can contain only letters, numbers, or hyphens.`);
  if (!TASK_ID.test(taskId))
    refuse(`Task ID "${taskId}" can contain only letters, numbers, hyphens, or underscores.`);
  if (queueName !== parent)
    refuse(`The queue name from request ('${parent}') must be the same as in the named task.`);
  return name;
}

function refuse(message: string): never {
  throw new RpcError(status.INVALID_ARGUMENT, message);
}

/** Epoch ms of a Timestamp, ms of a Duration. */
export function epochMs(time: google.protobuf.ITimestamp | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
}

/** The Timestamp of epoch ms. */
export function timestamp(ms: number): google.protobuf.ITimestamp {
  return { seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 };
}
