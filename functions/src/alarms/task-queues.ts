import type { CloudTasksClient } from '@google-cloud/tasks';
import { GrpcStatus } from 'firebase-admin/firestore';
import { unless } from '../stores/grpc-status.ts';
import type { TaskRef } from './task-name.ts';

export interface NewTask {
  ref: TaskRef;
  /** JSON text, sent by POST. */
  body: string;
  /** When to dispatch it, in epoch ms, at most 30 days ahead; absent for at once. */
  scheduleAt?: number;
}

/** How far a task has come. */
export interface TaskState {
  /** When it is dispatched next, in epoch ms. */
  scheduleAt: number;
  /** Attempts that have ended, all of them in vain. */
  failedAttempts: number;
  /** Whether an attempt has begun and not ended. */
  isUnderWay: boolean;
}

/** The queues of Cloud Tasks that hold the engine's alarms. Every method rejects when Cloud Tasks does not do it. */
export interface TaskQueues {
  /** How many queues there are. */
  readonly count: number;
  /** `exists` when a task has the name, or had it during the last day. */
  create(task: NewTask): Promise<'created' | 'exists'>;
  /** Resolves as well when there is no such task. */
  delete(ref: TaskRef): Promise<void>;
  /** Dispatches a task now, whenever it is scheduled; false when there is none. */
  run(ref: TaskRef): Promise<boolean>;
  /** null when there is no such task (any more). */
  get(ref: TaskRef): Promise<TaskState | null>;
}

export interface TaskQueuesOptions {
  project: string;
  region: string;
  /** There are the queues `fire0` to `fire<count - 1>`. */
  count: number;
  /** Where the tasks of a queue go, counted from 0; also the audience of their tokens. */
  urlOf(queue: number): string;
  /** Email of the account in whose name tasks call; null for the one that this process runs as. */
  serviceAccount: string | null;
  /** How long a handler may take before its attempt counts as failed, in ms: 15 s to 30 min. */
  dispatchDeadlineMs: number;
  /** `host:port` of an emulator that speaks gRPC without TLS; null for the service itself. */
  emulatorHost: string | null;
}

/** Our names make repeating a create harmless. */
const PASSING = [
  GrpcStatus.DEADLINE_EXCEEDED,
  GrpcStatus.RESOURCE_EXHAUSTED,
  GrpcStatus.ABORTED,
  GrpcStatus.INTERNAL,
  GrpcStatus.UNAVAILABLE,
];

const ABSENT = [GrpcStatus.NOT_FOUND];

const TRY_TIMEOUT_MS = 3_000;
const TOTAL_TIMEOUT_MS = 10_000;
const RETRIED = {
  timeout: TRY_TIMEOUT_MS,
  retry: {
    retryCodes: PASSING,
    backoffSettings: {
      initialRetryDelayMillis: 100,
      retryDelayMultiplier: 2,
      maxRetryDelayMillis: 2_000,
      initialRpcTimeoutMillis: TRY_TIMEOUT_MS,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: TRY_TIMEOUT_MS,
      totalTimeoutMillis: TOTAL_TIMEOUT_MS,
    },
  },
};
const ONCE = { timeout: TRY_TIMEOUT_MS, retry: null };

interface Connection {
  client: CloudTasksClient;
  serviceAccount: string;
}

/** The queues of one project and region, through Google's client library, which is loaded with the first call. */
export class CloudTaskQueues implements TaskQueues {
  readonly count: number;
  readonly #options: TaskQueuesOptions;
  #connection: Promise<Connection> | null = null;

  constructor(options: TaskQueuesOptions) {
    this.#options = options;
    this.count = options.count;
  }

  async create({ ref, body, scheduleAt }: NewTask): Promise<'created' | 'exists'> {
    const { client, serviceAccount } = await this.#connect();
    const url = this.#options.urlOf(ref.queue);
    const task = {
      name: this.#nameOf(ref),
      httpRequest: {
        url,
        httpMethod: 'POST' as const,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(body),
        oidcToken: { serviceAccountEmail: serviceAccount, audience: url },
      },
      scheduleTime: scheduleAt === undefined ? null : protoTime(scheduleAt),
      dispatchDeadline: protoTime(this.#options.dispatchDeadlineMs),
    };
    const created = client.createTask({ parent: this.#parentOf(ref), task }, RETRIED);
    return (await unless([GrpcStatus.ALREADY_EXISTS], created)) === null ? 'exists' : 'created';
  }

  async delete(ref: TaskRef): Promise<void> {
    const { client } = await this.#connect();
    await unless(ABSENT, client.deleteTask({ name: this.#nameOf(ref) }, ONCE));
  }

  async run(ref: TaskRef): Promise<boolean> {
    const { client } = await this.#connect();
    return (await unless(ABSENT, client.runTask({ name: this.#nameOf(ref) }, RETRIED))) !== null;
  }

  async get(ref: TaskRef): Promise<TaskState | null> {
    const { client } = await this.#connect();
    const found = await unless(ABSENT, client.getTask({ name: this.#nameOf(ref) }, RETRIED));
    if (found === null) return null;
    const [{ scheduleTime, dispatchCount, lastAttempt }] = found;
    const isUnderWay = lastAttempt?.dispatchTime != null && lastAttempt.responseTime == null;
    const failedAttempts = (dispatchCount ?? 0) - (isUnderWay ? 1 : 0);
    return { scheduleAt: epochMs(scheduleTime), failedAttempts, isUnderWay };
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await (await this.#connection)?.client.close();
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  /** A client that could not be set up (its credentials could not be fetched) stays broken, so it is forgotten. */
  async #open(): Promise<Connection> {
    const { emulatorHost, project } = this.#options;
    try {
      const { CloudTasksClient } = await import('@google-cloud/tasks');
      const client = new CloudTasksClient(emulatorHost === null ? {} : await insecure(emulatorHost));
      await client.initialize();
      const serviceAccount =
        this.#options.serviceAccount ??
        (emulatorHost === null ? await ownAccount(client) : `emulator@${project}.iam.gserviceaccount.com`);
      return { client, serviceAccount };
    } catch (error) {
      this.#connection = null;
      throw error;
    }
  }

  #parentOf({ queue }: TaskRef): string {
    const { project, region } = this.#options;
    return `projects/${project}/locations/${region}/queues/fire${queue}`;
  }

  #nameOf(ref: TaskRef): string {
    return `${this.#parentOf(ref)}/tasks/${ref.id}`;
  }
}

async function ownAccount(client: CloudTasksClient): Promise<string> {
  const { client_email: email } = await client.auth.getCredentials();
  if (!email) throw new Error('this process has no service account: set MINOOTS_SERVICE_ACCOUNT');
  return email;
}

/** Client options for an emulator. */
async function insecure(emulatorHost: string) {
  const { credentials } = await import('@grpc/grpc-js');
  const { hostname, port } = new URL(`http://${emulatorHost}`);
  return {
    apiEndpoint: hostname,
    port: Number(port),
    sslCreds: credentials.createInsecure(),
    // Told so, the library does not ask the metadata server of a cloud for it.
    clientOptions: { universeDomain: 'googleapis.com' },
  };
}

/** Milliseconds as a Timestamp or Duration of protobuf. */
function protoTime(ms: number) {
  const seconds = Math.floor(ms / 1_000);
  return { seconds, nanos: (ms - seconds * 1_000) * 1_000_000 };
}

function epochMs(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
}
