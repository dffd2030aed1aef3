import { JobLease, JobList, Runner } from '@minoots/contract';
import * as z from 'zod';
import { type Attempt, BoardError, type BoardFault, type JobBoard, type JobOutcome } from './job-board.ts';

/** Where the API is and who asks. */
export interface BoardAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
}

export interface HttpBoardOptions {
  readonly runnerId: string;
  /** Finds the API; asked again after a failure to reach it. */
  connect(): Promise<BoardAddress>;
  /** The global one unless given; an API in this process is reached by its own. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** How long an answer may take beyond what it was told to wait, in ms. */
const ANSWER_MS = 15_000;
const Refusal = z.object({ code: z.string(), detail: z.string() });

/** The job board of the API for one runner. */
export function createHttpBoard({ runnerId, connect, fetch = globalThis.fetch }: HttpBoardOptions): JobBoard {
  const runnerPath = `/v1/runners/${runnerId}`;
  let address: Promise<BoardAddress> | null = null;

  const send = async (request: BoardRequest): Promise<unknown> => {
    address ??= connect();
    const current = address;
    try {
      return await exchange(fetch, await current, request);
    } catch (error) {
      // The local server may come back at another port.
      if (address === current && BoardError.of(error).fault !== 'lost') address = null;
      throw BoardError.of(error);
    }
  };
  const onJob = (attempt: Attempt, verb: string, body: object, signal: AbortSignal) =>
    send({
      method: 'POST',
      path: `/v1/jobs/${attempt.id}/${verb}`,
      body: { runner_id: runnerId, attempt: attempt.attempt, ...body },
      signal,
      missing: 'lost',
    });

  return {
    async register(runner, signal) {
      const answer = await send({
        method: 'PUT',
        path: runnerPath,
        body: runner,
        signal,
        missing: 'refused',
      });
      read(Runner, answer);
    },
    async lease(limit, waitMs, signal) {
      const body = { limit, wait: waitMs };
      const path = `${runnerPath}/lease`;
      const answer = await send({ method: 'POST', path, body, signal, missing: 'unknown_runner', waitMs });
      return read(JobList, answer).data;
    },
    async heartbeat(attempt, outputTail, signal) {
      const body = outputTail === undefined ? {} : { output_tail: outputTail };
      read(JobLease, await onJob(attempt, 'heartbeat', body, signal));
    },
    async complete(attempt, outcome, signal) {
      await onJob(attempt, 'complete', toWire(outcome), signal);
    },
    async release(attempt, reason, signal) {
      await onJob(attempt, 'release', { reason }, signal);
    },
  };
}

interface BoardRequest {
  method: 'PUT' | 'POST';
  path: string;
  body: object;
  signal: AbortSignal;
  /** What it means that there is no such thing. */
  missing: BoardFault;
  waitMs?: number;
}

async function exchange(
  fetch: NonNullable<HttpBoardOptions['fetch']>,
  { url, key }: BoardAddress,
  { method, path, body, signal, missing, waitMs = 0 }: BoardRequest,
): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, AbortSignal.timeout(waitMs + ANSWER_MS)]),
    redirect: 'error',
  });
  const text = await response.text();
  const answer = parseJson(text);
  if (response.ok && answer !== undefined) return answer;
  throw refusal(response, answer, missing);
}

function refusal({ status, headers }: Response, answer: unknown, missing: BoardFault): BoardError {
  const { success, data } = Refusal.safeParse(answer);
  const code = success ? data.code : null;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new BoardError(
    faultOf(status, code, missing),
    success ? data.detail : `the server answered ${status}`,
    { code, retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : null },
  );
}

function faultOf(status: number, code: string | null, missing: BoardFault): BoardFault {
  if (status === 401 || status === 403) return 'unauthorized';
  // What has no code is not of the API but of something on the way to it.
  if (code === null || status === 408 || status === 429 || status >= 500) return 'unavailable';
  if (code === 'lease_lost') return 'lost';
  return code === 'not_found' ? missing : 'refused';
}

function read<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BoardError(
    'unavailable',
    `the answer is not as expected at /${issue?.path.join('/') ?? ''}: ${issue?.message}; the server may be of another version`,
  );
}

function toWire({ outcome, durationMs, exitCode, error, outputTail }: JobOutcome): object {
  return {
    outcome,
    duration_ms: Math.max(0, Math.round(durationMs)),
    exit_code: exitCode,
    error,
    output_tail: outputTail,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
