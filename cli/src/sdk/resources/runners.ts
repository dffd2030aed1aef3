import type {
  CompleteJobRequest,
  Delivery,
  Job,
  JobHeartbeatRequest,
  JobLease,
  RegisterRunnerRequest,
  ReleaseJobRequest,
  Runner,
} from '@minoots/contract';
import type { Call } from './caller.ts';

// Beyond the wait itself: the server looks once more at the end of it.
const WAIT_GRACE_MS = 10_000;

/** Operations on runners, and those by which a runner takes jobs and reports on them. Every method throws MinootsError. */
export class Runners {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** All runners of the team, by id. */
  async list(): Promise<Runner[]> {
    return (await this.#call('listRunners')).data;
  }

  /** Says that a runner is there, or is there again. */
  register(id: string, request: RegisterRunnerRequest): Promise<Runner> {
    return this.#call('registerRunner', { id, body: request });
  }

  /** Forgets a runner; jobs that it holds go back when their leases end. */
  delete(id: string): Promise<Runner> {
    return this.#call('deleteRunner', { id });
  }

  /**
   * Takes up to `limit` jobs, waiting up to `waitMs` (30 s at most) for the first. Not repeated by itself: what an answer
   * that got lost gave away goes back by itself.
   */
  async lease(
    id: string,
    { limit = 1, waitMs = 0 }: { limit?: number; waitMs?: number } = {},
    signal?: AbortSignal,
  ): Promise<Job[]> {
    const body = { limit, wait: waitMs };
    const parts = { id, body, keyless: true, timeoutMs: waitMs + WAIT_GRACE_MS } as const;
    return (await this.#call('leaseJobs', parts, signal)).data;
  }

  /** Renews the lease of a job. Not repeated by itself: the next one does as well. */
  heartbeat(jobId: string, request: JobHeartbeatRequest, signal?: AbortSignal): Promise<JobLease> {
    return this.#call('heartbeatJob', { id: jobId, body: request, keyless: true }, signal);
  }

  /** Reports how a job went. */
  complete(jobId: string, request: CompleteJobRequest): Promise<Delivery> {
    return this.#call('completeJob', { id: jobId, body: request });
  }

  /** Gives a job back, for any runner to take. */
  release(jobId: string, request: ReleaseJobRequest): Promise<Delivery> {
    return this.#call('releaseJob', { id: jobId, body: request });
  }
}
