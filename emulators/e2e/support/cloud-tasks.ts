import { until } from '@minoots/core/testing';
import * as z from 'zod';
import type { StackUnderTest } from './stacks.ts';

const Queue = z.looseObject({ name: z.string() });
type Queue = z.infer<typeof Queue>;
const Task = z.object({
  name: z.string(),
  scheduleTime: z.iso.datetime(),
  httpRequest: z.looseObject({ url: z.url(), body: z.base64() }),
});
const Payload = z.object({ data: z.looseObject({ timerId: z.string() }) });

/** A task as Cloud Tasks shows it in full; `body` is in base 64. */
export type Task = z.infer<typeof Task>;

/** The queues of a stack and the tasks in them, by the REST API of Cloud Tasks. */
export class CloudTasks {
  readonly #stack: StackUnderTest;

  constructor(stack: StackUnderTest) {
    this.#stack = stack;
  }

  /** The tasks that wait for a timer, or run for it. */
  async tasksOf(timerId: string): Promise<Task[]> {
    const tasks = await Promise.all((await this.queues()).map(({ name }) => this.#tasksIn(name)));
    return tasks.flat().filter(({ httpRequest: { body } }) => timerOf(body) === timerId);
  }

  /** The only task of a timer. @throws when it does not have one */
  async taskOf(timerId: string): Promise<Task> {
    const [task, ...others] = await this.tasksOf(timerId);
    if (!task || others.length > 0)
      throw new Error(`timer ${timerId} has ${task ? 'several tasks' : 'no task'}`);
    return task;
  }

  /**
   * Has Cloud Tasks deliver copies of a task at once, all at the same time, with its token and headers. Resolves when
   * each was answered with success.
   */
  async deliver({ name, httpRequest }: Task, copies: number): Promise<void> {
    const [queue] = name.split('/tasks/');
    const task = { httpRequest };
    const create = () => this.#call(Task, 'POST', `${queue}/tasks`, { task, responseView: 'FULL' });
    const created = await Promise.all(Array.from({ length: copies }, create));
    await until(
      'the copies of a task to be done',
      async () => {
        const waiting = new Set((await this.#tasksIn(queue ?? '')).map((each) => each.name));
        return created.some((copy) => waiting.has(copy.name)) ? null : true;
      },
      30_000,
    );
  }

  /** Does something while all tasks are held back; they can still be made. */
  async whilePaused<T>(act: () => Promise<T>): Promise<T> {
    await this.#eachQueue('pause');
    try {
      return await act();
    } finally {
      await this.#eachQueue('resume');
    }
  }

  /** Deletes all tasks. */
  purge(): Promise<void> {
    return this.#eachQueue('purge');
  }

  /** Makes queues, as `queues` has given them. */
  async restore(queues: readonly Queue[]): Promise<void> {
    for (const { name, state: _, ...settings } of queues) {
      await this.#call(Queue, 'PATCH', name, { name, ...settings });
    }
  }

  /** The queues of the stack, with their settings. */
  async queues(): Promise<Queue[]> {
    const { projectId, region } = this.#stack;
    const path = `projects/${projectId}/locations/${region}/queues`;
    return (await this.#call(z.object({ queues: z.array(Queue).default([]) }), 'GET', path)).queues;
  }

  async #tasksIn(queue: string): Promise<Task[]> {
    const tasks: Task[] = [];
    const Page = z.object({ tasks: z.array(Task).default([]), nextPageToken: z.string().default('') });
    for (let token: string | null = ''; token !== null; ) {
      const query = `responseView=FULL&pageSize=1000&pageToken=${token}`;
      const page: z.infer<typeof Page> = await this.#call(Page, 'GET', `${queue}/tasks?${query}`);
      tasks.push(...page.tasks);
      token = page.nextPageToken === '' ? null : page.nextPageToken;
    }
    return tasks;
  }

  async #eachQueue(verb: 'pause' | 'resume' | 'purge'): Promise<void> {
    for (const { name } of await this.queues()) await this.#call(Queue, 'POST', `${name}:${verb}`, {});
  }

  async #call<S extends z.ZodType>(
    schema: S,
    method: string,
    path: string,
    body?: object,
  ): Promise<z.output<S>> {
    const response = await fetch(`http://${this.#stack.tasksHost}/v2/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answers ${response.status}: ${await response.text()}`);
    return schema.parse(await response.json());
  }
}

/**
 * Does something while a stack has no queues, as if they had not been deployed yet. All tasks are lost.
 * @param stacks those that may share their Cloud Tasks with it
 */
export async function withoutQueues<T>(
  { tasksHost }: StackUnderTest,
  stacks: readonly StackUnderTest[],
  act: () => Promise<T>,
): Promise<T> {
  const sharing = stacks
    .filter((stack) => stack.tasksHost === tasksHost)
    .map((stack) => new CloudTasks(stack));
  const queues = await Promise.all(sharing.map((tasks) => tasks.queues()));
  // The name of a queue that was merely deleted is taken for days.
  const { ok } = await fetch(`http://${tasksHost}/emulator:reset`, { method: 'POST' });
  if (!ok) throw new Error('the Cloud Tasks emulator cannot be reset');
  try {
    return await act();
  } finally {
    await Promise.all(sharing.map((tasks, index) => tasks.restore(queues[index] ?? [])));
  }
}

function timerOf(body: string): string | null {
  const payload = Payload.safeParse(JSON.parse(Buffer.from(body, 'base64').toString()));
  return payload.success ? payload.data.data.timerId : null;
}
