import { google } from '@google-cloud/tasks/build/protos';
import { type handleUnaryCall, Server, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js';
import { type DeliverTask, HeldTasks } from './held-tasks.ts';
import { checkNewTask, parentOf, RpcError } from './task-requests.ts';

const { CreateTaskRequest, DeleteTaskRequest, GetTaskRequest, ListTasksRequest, ListTasksResponse } =
  google.cloud.tasks.v2;
const { RunTaskRequest, Task } = google.cloud.tasks.v2;
const { Empty } = google.protobuf;
type ITask = google.cloud.tasks.v2.ITask;

type Call = 'create' | 'get' | 'delete' | 'run' | 'list';

export interface CloudTasksServerOptions {
  /** Takes the place of the HTTP request; answers with a status. */
  deliver?: DeliverTask;
  /** Wait after a failed attempt, in ms of real time; default 50. */
  backoffMs?: number;
}

/** A message class of protobuf. */
interface Message<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/**
 * A small Cloud Tasks in this process, for the real client library: tasks are dispatched when they are due in real time or
 * run, and again until the answer is 2xx. Like the real one it never takes a name twice, and no instant beyond 30 days.
 * Unlike the real one it has every queue that is named, and no limits of rate or concurrency.
 */
export class CloudTasksServer {
  /** Calls and dispatches so far: what Google bills for. */
  readonly operations = { create: 0, get: 0, delete: 0, run: 0, list: 0, dispatch: 0 };
  readonly #server = new Server();
  readonly #tasks: HeldTasks;
  readonly #failures: { call: Call; code: status }[] = [];
  #port = 0;

  private constructor({ deliver, backoffMs = 50 }: CloudTasksServerOptions) {
    this.#tasks = new HeldTasks({ deliver, backoffMs, onDispatch: () => this.operations.dispatch++ });
    this.#serve();
  }

  static async start(options: CloudTasksServerOptions = {}): Promise<CloudTasksServer> {
    const server = new CloudTasksServer(options);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
    server.#port = await promise;
    return server;
  }

  /** `host:port` for CLOUD_TASKS_EMULATOR_HOST. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Tasks that are held, with their bodies, in the order of their creation. */
  get tasks(): ITask[] {
    return this.#tasks.all();
  }

  /** Lets the next calls of a kind fail, `times` of them. */
  failNext(code: status, { call = 'create', times = 1 }: { call?: Call; times?: number } = {}): void {
    for (let count = 0; count < times; count++) this.#failures.push({ call, code });
  }

  /** Forgets the failures that have not come yet. */
  stopFailing(): void {
    this.#failures.length = 0;
  }

  /** Drops all tasks, as an operator may; their names stay used. */
  purge(): void {
    this.#tasks.purge();
  }

  /** Resolves when no attempt is under way and no task is due. */
  idle(): Promise<void> {
    return this.#tasks.idle();
  }

  async close(): Promise<void> {
    this.#server.forceShutdown();
    await this.#tasks.close();
  }

  #serve(): void {
    const tasks = this.#tasks;
    this.#add('CreateTask', 'create', CreateTaskRequest, Task, ({ parent, task }) =>
      tasks.add(checkNewTask(parent ?? '', task ?? {})),
    );
    this.#add('GetTask', 'get', GetTaskRequest, Task, ({ name }) => withoutBody(tasks.get(name ?? '')));
    this.#add('DeleteTask', 'delete', DeleteTaskRequest, Empty, ({ name }) => {
      tasks.remove(name ?? '');
      return {};
    });
    this.#add('RunTask', 'run', RunTaskRequest, Task, ({ name }) => withoutBody(tasks.run(name ?? '')));
    this.#add('ListTasks', 'list', ListTasksRequest, ListTasksResponse, ({ parent }) => ({
      tasks: tasks.all().filter(({ name }) => parentOf(name ?? '') === parent),
    }));
  }

  #add<Q, A>(
    method: string,
    call: Call,
    request: Message<Q>,
    answer: Message<A>,
    handle: (request: Q) => A,
  ): void {
    const definition = {
      [method]: {
        path: `/google.cloud.tasks.v2.CloudTasks/${method}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: (message: Q) => Buffer.from(request.encode(message).finish()),
        requestDeserialize: (bytes: Buffer) => request.decode(bytes),
        responseSerialize: (message: A) => Buffer.from(answer.encode(message).finish()),
        responseDeserialize: (bytes: Buffer) => answer.decode(bytes),
      },
    };
    const handler: handleUnaryCall<Q, A> = (unary, callback) => {
      this.operations[call]++;
      try {
        this.#failIfTold(call);
        callback(null, handle(unary.request));
      } catch (error) {
        callback(serviceError(error));
      }
    };
    this.#server.addService(definition, { [method]: handler });
  }

  #failIfTold(call: Call): void {
    const index = this.#failures.findIndex((failure) => failure.call === call);
    const [failure] = index < 0 ? [] : this.#failures.splice(index, 1);
    if (failure !== undefined) throw new RpcError(failure.code, 'told to fail');
  }
}

/** The BASIC view, which calls get unless they ask for more. */
function withoutBody(task: ITask): ITask {
  const { body: _, ...httpRequest } = task.httpRequest ?? {};
  return { ...task, httpRequest };
}

function serviceError(error: unknown): Partial<ServiceError> {
  if (error instanceof RpcError) return { code: error.code, details: error.message };
  return { code: status.INTERNAL, details: String(error) };
}
