/** One timer, the same for every rival: a name, when it is due, where it calls, and a little metadata. */
export interface Job {
  /** Unique within a run; what the consumer reports on arrival. */
  readonly id: string;
  readonly name: string;
  /** A span from the moment of creation, or an instant in epoch milliseconds. */
  readonly due: { readonly inMs: number } | { readonly atMs: number };
  /** Where a rival that calls webhooks sends them; the others carry it as data. */
  readonly webhook: string;
  readonly metadata: Readonly<Record<string, string | number>>;
}

/** What a rival is started with. */
export interface RivalSettings {
  /** Connections, or requests in flight where one connection carries many. */
  readonly connections: number;
  /** Folder for data of servers that the benchmark starts itself. */
  readonly folder: string;
  /** Entry file of the MINOOTS server. */
  readonly serverEntry: string;
  /** Extra arguments for Node when it runs that server, such as `--cpu-prof`. */
  readonly serverNodeArgs: readonly string[];
  readonly redisUrl: string | null;
  readonly databaseUrl: string | null;
}

/** A server that the benchmark owns and may kill. Rivals whose store runs elsewhere have none. */
export interface OwnedServer {
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same data. Answers the milliseconds from launch until it is ready. */
  start(): Promise<number>;
}

/** A store that takes jobs; empty when it opens. */
export interface RivalStore {
  /** Resolves when the job is stored durably; rejects when it was refused. */
  create(job: Job): Promise<void>;
  /** The same for many at once, in one request or command. */
  createBatch(jobs: readonly Job[]): Promise<void>;
  /** Resident memory of the store's server in bytes; null where that cannot be known. */
  memoryBytes(): Promise<number | null>;
  /** CPU time that what answers the requests has used since it was started, in ms; null where that is not a process of its own. */
  cpuMs(): number | null;
  readonly server: OwnedServer | null;
  /** Releases connections and stops what was started. */
  close(): Promise<void>;
}

/** Runs in a process of its own and reports each job as it arrives. */
export interface RivalConsumer {
  /** Base address that webhooks are sent to, job id appended; empty for rivals that do not call any. */
  readonly address: string;
  close(): Promise<void>;
}

/** One contender: everything that the scenarios need to know of it. Add one by writing another file like its neighbours. */
export interface Rival {
  readonly name: string;
  /** Whether it has something of its own to show when jobs are created only. */
  readonly createOnly?: true;
  /** What is missing to run it with these settings, or null when it can run. */
  unavailable(settings: RivalSettings): string | null;
  /** Empties what an earlier run left, and connects. */
  open(settings: RivalSettings): Promise<RivalStore>;
  /** `arrived` is called at the start of the job's handler, once per attempt. */
  consume(settings: RivalSettings, arrived: (jobId: string) => void): Promise<RivalConsumer>;
}
