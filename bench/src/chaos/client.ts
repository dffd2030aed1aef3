import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '@minoots/contract';
import { Agent, request } from 'undici';
import type * as z from 'zod';

/** What the service answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly idempotencyKey?: string;
}

/** Talks to a server that may die at any moment. */
export interface ChaosClient {
  /** Sends once. Null: there is no answer, and no telling whether it took effect. */
  once(call: Call): Promise<Answer | null>;
  /** Sends until there is an answer that is not "try again"; rejects once the deadline has passed. */
  repeat(call: Call): Promise<Answer>;
  /** Reads a resource, with `repeat`. Null when there is none; rejects at any other answer than 200. */
  read<T>(path: string, schema: z.ZodType<T>): Promise<T | null>;
  /** The longest that `repeat` took to get an answer, in milliseconds. */
  slowestMs(): number;
  close(): Promise<void>;
}

export interface ChaosClientSettings {
  /** Base URL of the server, as soon as there is one. */
  url(): Promise<string>;
  readonly apiKey: string;
  /** Told of each answer that a sound server never gives. */
  surprise(detail: string): void;
  /** Epoch ms after which `repeat` gives up. */
  readonly deadline: number;
}

const CONNECTIONS = 32;
const ATTEMPT_TIMEOUT_MS = 15_000;
const PAUSE_MS = 25;

export function createChaosClient({ url, apiKey, surprise, deadline }: ChaosClientSettings): ChaosClient {
  let slowest = 0;
  const dispatcher = new Agent({ connections: CONNECTIONS, connect: { timeout: 2_000 } });

  const once = async ({ method, path, body, idempotencyKey }: Call): Promise<Answer | null> => {
    const base = await url();
    try {
      const response = await request(`${base}${path}`, {
        dispatcher,
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body && { 'content-type': 'application/json' }),
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
      });
      return { status: response.statusCode, body: await response.body.json() };
    } catch {
      return null;
    }
  };

  const repeat = async (call: Call): Promise<Answer> => {
    const since = performance.now();
    while (Date.now() < deadline) {
      const answer = await once(call);
      if (answer && !isPassing(answer)) {
        slowest = Math.max(slowest, performance.now() - since);
        return answer;
      }
      if (answer && answer.status === 500)
        surprise(`${call.method} ${call.path} answered ${JSON.stringify(answer.body)}`);
      await delay(PAUSE_MS);
    }
    throw new Error(`${call.method} ${call.path} had no answer by the end of the run`);
  };

  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<T | null> => {
    const { status, body } = await repeat({ method: 'GET', path });
    if (status === 404) return null;
    if (status !== 200) throw new Error(`GET ${path} answered ${JSON.stringify(body)}`);
    return schema.parse(body);
  };

  return { once, repeat, read, slowestMs: () => slowest, close: () => dispatcher.destroy() };
}

function isPassing({ status, body }: Answer): boolean {
  if (status >= 500) return true;
  const problem = Problem.safeParse(body);
  return status >= 400 && problem.success && problem.data.retryable;
}
