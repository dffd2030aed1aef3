import { Pool } from 'undici';
import * as z from 'zod';
import type { Job } from '../rivals/rival.ts';

const BatchSummary = z.object({ refused: z.number() });

/** Creates timers at a service that has the API of MINOOTS, one request at a time on each connection. */
export class TimersOverHttp {
  readonly #pool: Pool;
  readonly #headers: Record<string, string>;

  /** @param url base address, without a slash at the end */
  constructor(url: string, apiKey: string, connections: number) {
    this.#pool = new Pool(url, { connections, pipelining: 1, bodyTimeout: 60_000, headersTimeout: 60_000 });
    this.#headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  }

  async create(job: Job): Promise<void> {
    await this.#post('/v1/timers', requestOf(job), 201);
  }

  async createBatch(jobs: readonly Job[]): Promise<void> {
    const answer = await this.#post('/v1/timers/batch', { timers: jobs.map(requestOf) }, 200);
    const { refused } = BatchSummary.parse(JSON.parse(answer));
    if (refused > 0) throw new Error(`${refused} of ${jobs.length} timers of a batch were refused`);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** Through undici's dispatch: its request() spends a stream on every answer, and half as much CPU again. */
  #post(path: string, body: object, expected: number): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const chunks: Buffer[] = [];
    let status = 0;
    this.#pool.dispatch(
      { path, method: 'POST', headers: this.#headers, body: JSON.stringify(body) },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          const text = Buffer.concat(chunks).toString();
          if (status === expected) resolve(text);
          else reject(new Error(`POST ${path} answered ${status}: ${text.slice(0, 500)}`));
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      },
    );
    return promise;
  }
}

function requestOf(job: Job): object {
  return {
    name: job.name,
    ...('inMs' in job.due ? { duration: job.due.inMs } : { fire_at: new Date(job.due.atMs).toISOString() }),
    metadata: job.metadata,
    events: { on_expire: { webhook: job.webhook } },
  };
}
