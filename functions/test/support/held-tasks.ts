import { setImmediate } from 'node:timers/promises';
import type { google } from '@google-cloud/tasks/build/protos';
import { status } from '@grpc/grpc-js';
import { epochMs, RpcError, timestamp } from './task-requests.ts';

type ITask = google.cloud.tasks.v2.ITask;

/** Brings one attempt of a task to its handler; resolves with the HTTP status, 0 when none came. */
export type DeliverTask = (task: ITask) => Promise<number>;

export interface HeldTasksOptions {
  deliver: DeliverTask | undefined;
  backoffMs: number;
  onDispatch(): void;
}

/** Longest delay that setTimeout takes, in ms. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Tasks in memory, dispatched when due. A name once given is never free again. */
export class HeldTasks {
  readonly #options: HeldTasksOptions;
  readonly #tasks = new Map<string, ITask>();
  readonly #used = new Set<string>();
  readonly #timeouts = new Map<string, NodeJS.Timeout>();
  readonly #underWay = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: HeldTasksOptions) {
    this.#options = options;
  }

  all(): ITask[] {
    return [...this.#tasks.values()];
  }

  get(name: string): ITask {
    const task = this.#tasks.get(name);
    if (task === undefined) throw new RpcError(status.NOT_FOUND, 'Requested entity was not found.');
    return task;
  }

  add(task: ITask & { name: string }): ITask {
    if (this.#used.has(task.name))
      throw new RpcError(status.ALREADY_EXISTS, 'Requested entity already exists');
    this.#used.add(task.name);
    this.#tasks.set(task.name, task);
    this.#schedule(task.name, task);
    return task;
  }

  remove(name: string): void {
    this.get(name);
    this.#tasks.delete(name);
    clearTimeout(this.#timeouts.get(name));
    this.#timeouts.delete(name);
  }

  purge(): void {
    for (const name of this.#tasks.keys()) this.remove(name);
  }

  /** Begins an attempt, whenever the task is scheduled. */
  run(name: string): ITask {
    const task = this.get(name);
    clearTimeout(this.#timeouts.get(name));
    this.#dispatch(name, task);
    return task;
  }

  /** Resolves when no attempt is under way and no task is due. */
  async idle(): Promise<void> {
    const isDue = ({ scheduleTime }: ITask) => epochMs(scheduleTime) <= Date.now();
    while (this.#underWay.size > 0 || this.all().some(isDue)) {
      await Promise.all(this.#underWay);
      await setImmediate();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.purge();
    await this.idle();
  }

  #schedule(name: string, task: ITask): void {
    if (this.#isClosed) return;
    const waitMs = epochMs(task.scheduleTime) - Date.now();
    const next =
      waitMs > MAX_TIMEOUT_MS ? () => this.#schedule(name, task) : () => this.#dispatch(name, task);
    this.#timeouts.set(name, setTimeout(next, Math.min(Math.max(waitMs, 0), MAX_TIMEOUT_MS)).unref());
  }

  #dispatch(name: string, task: ITask): void {
    const attempt = this.#attempt(name, task).finally(() => this.#underWay.delete(attempt));
    this.#underWay.add(attempt);
  }

  async #attempt(name: string, task: ITask): Promise<void> {
    this.#options.onDispatch();
    const attempt = { scheduleTime: task.scheduleTime ?? null, dispatchTime: timestamp(Date.now()) };
    task.dispatchCount = (task.dispatchCount ?? 0) + 1;
    task.firstAttempt ??= { dispatchTime: attempt.dispatchTime };
    task.lastAttempt = attempt;
    const code = await (this.#options.deliver ?? post)(task).catch(() => 0);
    // Deleted, or made anew by a test that reset it, or overtaken by a later attempt.
    if (this.#tasks.get(name) !== task) return;
    if (code >= 200 && code < 300) this.remove(name);
    else if (task.lastAttempt === attempt) this.#retry(name, task, code);
  }

  #retry(name: string, task: ITask, code: number): void {
    const responseTime = timestamp(Date.now());
    task.lastAttempt = {
      ...task.lastAttempt,
      responseTime,
      responseStatus: { code: 13, message: `HTTP status code ${code}` },
    };
    if (code > 0) task.responseCount = (task.responseCount ?? 0) + 1;
    task.scheduleTime = timestamp(Date.now() + this.#options.backoffMs);
    this.#schedule(name, task);
  }
}

/** Sends the task's request, with the headers by which a handler knows Cloud Tasks. */
async function post({
  name,
  httpRequest,
  dispatchDeadline,
  dispatchCount,
  responseCount,
  scheduleTime,
}: ITask) {
  const [, queue = '', id = ''] = /queues\/([^/]+)\/tasks\/(.+)$/.exec(name ?? '') ?? [];
  const { url = '', headers, body, oidcToken } = httpRequest ?? {};
  const response = await fetch(url ?? '', {
    method: 'POST',
    headers: {
      ...headers,
      'user-agent': 'Google-Cloud-Tasks',
      'x-cloudtasks-queuename': queue,
      'x-cloudtasks-taskname': id,
      'x-cloudtasks-taskretrycount': String((dispatchCount ?? 1) - 1),
      'x-cloudtasks-taskexecutioncount': String(responseCount ?? 0),
      'x-cloudtasks-tasketa': String(epochMs(scheduleTime) / 1_000),
      ...(oidcToken ? { authorization: `Bearer ${unsignedToken(oidcToken)}` } : {}),
    },
    body: Buffer.from(body ?? ''),
    signal: AbortSignal.timeout(epochMs(dispatchDeadline)),
  });
  await response.arrayBuffer();
  return response.status;
}

/** A token of the form that Google signs, without a signature. */
function unsignedToken({ serviceAccountEmail, audience }: google.cloud.tasks.v2.IOidcToken): string {
  const claims = {
    iss: 'https://accounts.google.com',
    aud: audience,
    email: serviceAccountEmail,
    sub: serviceAccountEmail,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
}
