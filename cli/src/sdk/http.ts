import { setTimeout as delay } from 'node:timers/promises';
import type { Connect, Connection } from './connection.ts';
import { errorOfAnswer, MinootsError } from './errors.ts';
import type { WireRequest } from './wire.ts';

/** How often and after which gaps a request is repeated. */
export interface RetryPolicy {
  maxRetries: number;
  firstDelayMs: number;
  maxDelayMs: number;
}

const RETRY: RetryPolicy = { maxRetries: 3, firstDelayMs: 150, maxDelayMs: 5_000 };

/** The one way to the API: knows where it is, holds the key, repeats what is safe to repeat, maps errors. */
export class Transport {
  readonly #connect: Connect;
  readonly #retry: RetryPolicy;
  #connection: Promise<Connection> | null = null;

  constructor(connect: Connect, retry: RetryPolicy = RETRY) {
    this.#connect = connect;
    this.#retry = retry;
  }

  /**
   * Sends a request and gives the JSON of its answer. Network failures and retryable problems are tried again
   * when repeating cannot do the work twice: GET, PUT, and everything with an Idempotency-Key.
   * @throws MinootsError
   */
  async send(request: WireRequest, signal?: AbortSignal): Promise<unknown> {
    for (let retries = 0; ; retries++) {
      try {
        return await this.#attempt(request, signal);
      } catch (error) {
        if (!(error instanceof MinootsError) || retries >= this.#retry.maxRetries) throw error;
        if (!error.retryable || !(isRepeatable(request) || wasNeverSent(error))) throw error;
        const waitMs = this.#gapMs(retries, error);
        if (waitMs === null) throw error;
        await delay(waitMs, undefined, signal && { signal }).catch((cause: unknown) => {
          throw unreachable('', cause);
        });
      }
    }
  }

  /**
   * Opens a stream: the answer itself, once its status and headers are there.
   * @throws MinootsError
   */
  async open(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const response = await this.#fetch({ method: 'GET', path, headers, body: null }, signal);
    if (!response.ok) throw await refusal(response);
    return response;
  }

  async #attempt(request: WireRequest, signal: AbortSignal | undefined): Promise<unknown> {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const response = await this.#fetch(request, signal ? AbortSignal.any([deadline, signal]) : deadline);
    if (!response.ok) throw await refusal(response);
    const text = await response.text().catch((cause: unknown) => {
      throw unreachable(response.url, cause);
    });
    return parseJson(text, response.status);
  }

  async #fetch(request: Omit<WireRequest, 'timeoutMs'>, signal: AbortSignal): Promise<Response> {
    this.#connection ??= this.#connect();
    const connection = this.#connection;
    try {
      const { url, apiKey, team } = await connection;
      const headers = {
        ...request.headers,
        authorization: `Bearer ${apiKey}`,
        ...(team === undefined ? {} : { 'minoots-team': team }),
      };
      const { method, body } = request;
      return await fetch(url + request.path, { method, headers, body, signal, redirect: 'error' }).catch(
        (cause: unknown) => {
          throw unreachable(url, cause);
        },
      );
    } catch (error) {
      // The local server may come back on another port: look for it anew next time.
      if (this.#connection === connection) this.#connection = null;
      throw error;
    }
  }

  // Null: the server asked for a longer wait than a caller would sit through.
  #gapMs(retries: number, error: MinootsError): number | null {
    const { firstDelayMs, maxDelayMs } = this.#retry;
    if (error.retryAfterMs !== null) return error.retryAfterMs > maxDelayMs ? null : error.retryAfterMs;
    const jitter = 0.5 + Math.random() / 2;
    return Math.min(firstDelayMs * 2 ** retries, maxDelayMs) * jitter;
  }
}

function isRepeatable(request: WireRequest): boolean {
  return request.method === 'GET' || request.method === 'PUT' || 'idempotency-key' in request.headers;
}

function wasNeverSent(error: MinootsError): boolean {
  return systemCode(error.cause) === 'ECONNREFUSED';
}

async function refusal(response: Response): Promise<MinootsError> {
  const text = await response.text().catch(() => '');
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON, so not one of our problems: the status alone has to do.
  }
  return errorOfAnswer(response.status, body, retryAfterMs(response.headers.get('retry-after')));
}

function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function parseJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = `the server answered ${status} with something that is not JSON`;
    throw new MinootsError({ code: 'unexpected_response', detail, status, cause });
  }
}

function unreachable(url: string, cause: unknown): MinootsError {
  const name = textOf(cause, 'name');
  if (name === 'TimeoutError') {
    return new MinootsError({
      code: 'timed_out',
      detail: `${url} did not answer in time`,
      retryable: true,
      cause,
    });
  }
  if (name === 'AbortError') {
    return new MinootsError({ code: 'aborted', detail: 'the request was given up', cause });
  }
  const reason = systemCode(cause) ?? textOf(cause, 'message') ?? String(cause);
  const detail = `${url} cannot be reached: ${reason}`;
  return new MinootsError({ code: 'unreachable', detail, retryable: true, cause });
}

// What `fetch` throws says only that it failed; its cause has the code, such as ECONNREFUSED.
function systemCode(failure: unknown): string | null {
  return typeof failure === 'object' && failure !== null && 'cause' in failure
    ? textOf(failure.cause, 'code')
    : null;
}

function textOf(value: unknown, property: 'name' | 'message' | 'code'): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const text: unknown = Reflect.get(value, property);
  return typeof text === 'string' ? text : null;
}
