import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERRORS, type ErrorCode } from '@minoots/contract';
import { aJob, aScript } from '../../test/support/jobs.ts';
import { SUCCESS } from '../../test/support/scripted-work.ts';
import { createHttpBoard } from './http-board.ts';
import type { JobBoard } from './job-board.ts';

const RUNNER = {
  id: 'run_1',
  name: 'test',
  labels: [],
  accepts: ['command'],
  registered_at: '2030-01-31T09:00:00.000Z',
  last_seen_at: '2030-01-31T09:00:00.000Z',
  online: true,
};
const ATTEMPT = { id: 'dlv_1_mh5k2p0q_tmr_test', attempt: 2 };
const LEASE = { lease_until: '2030-01-31T09:00:30.000Z' };

type Answer = (response: ServerResponse) => void;
const json =
  (value: unknown, status = 200, headers = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
const problem = (code: ErrorCode, headers = {}): Answer => {
  const { status, title } = ERRORS[code];
  return json(
    { type: 'about:blank', title, status, detail: title, code, request_id: 'req_1' },
    status,
    headers,
  );
};

describe('the job board over HTTP', () => {
  let server: Server;
  let answer: Answer;
  let seen: { line: string; key: string | undefined; body: unknown }[];
  let board: JobBoard;
  let connections: number;
  const { signal } = new AbortController();

  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body: unknown = JSON.parse(await text(request));
    seen.push({ line: `${request.method} ${request.url}`, key: request.headers.authorization, body });
    answer(response);
  };
  beforeEach(async () => {
    seen = [];
    connections = 0;
    server = createServer((request, response) => void take(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    board = createHttpBoard({
      runnerId: 'run_1',
      connect: async () => {
        connections += 1;
        const address = server.address();
        if (address === null || typeof address === 'string') throw new Error('it does not listen');
        return { url: `http://127.0.0.1:${address.port}`, key: 'the-key' };
      },
    });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('speaks the API', async () => {
    answer = json(RUNNER);
    await board.register({ name: 'test', labels: ['a'], accepts: ['command'] }, signal);
    answer = json({ data: [aJob(aScript('true'))] });
    expect(await board.lease(3, 30_000, signal)).toEqual([aJob(aScript('true'))]);
    answer = json(LEASE);
    await board.heartbeat(ATTEMPT, undefined, signal);
    await board.heartbeat(ATTEMPT, 'half', signal);
    answer = json({});
    await board.complete(ATTEMPT, { ...SUCCESS, durationMs: 1.5 }, signal);
    await board.release(ATTEMPT, 'why', signal);
    const jobPath = `/v1/jobs/${ATTEMPT.id}`;
    const held = { runner_id: 'run_1', attempt: 2 };
    expect(seen.map(({ line, body }) => [line, body])).toEqual([
      ['PUT /v1/runners/run_1', { name: 'test', labels: ['a'], accepts: ['command'] }],
      ['POST /v1/runners/run_1/lease', { limit: 3, wait: 30_000 }],
      [`POST ${jobPath}/heartbeat`, held],
      [`POST ${jobPath}/heartbeat`, { ...held, output_tail: 'half' }],
      [
        `POST ${jobPath}/complete`,
        {
          ...held,
          outcome: 'succeeded',
          duration_ms: 2,
          exit_code: 0,
          error: null,
          output_tail: 'done\n',
        },
      ],
      [`POST ${jobPath}/release`, { ...held, reason: 'why' }],
    ]);
    expect(new Set(seen.map(({ key }) => key))).toEqual(new Set(['Bearer the-key']));
    expect(connections).toBe(1);
  });

  it.each<[ErrorCode, string, string]>([
    ['unauthenticated', 'lease', 'unauthorized'],
    ['forbidden', 'register', 'unauthorized'],
    ['not_found', 'register', 'refused'],
    ['not_found', 'lease', 'unknown_runner'],
    ['not_found', 'heartbeat', 'lost'],
    ['lease_lost', 'complete', 'lost'],
    ['runners_full', 'register', 'refused'],
    ['invalid_request', 'complete', 'refused'],
    ['internal', 'heartbeat', 'unavailable'],
    ['storage_unavailable', 'lease', 'unavailable'],
  ])('takes %s of %s as %s', async (code, verb, fault) => {
    answer = problem(code);
    const calls: Record<string, () => Promise<unknown>> = {
      register: () => board.register({ name: 'x', accepts: ['command'] }, signal),
      lease: () => board.lease(1, 0, signal),
      heartbeat: () => board.heartbeat(ATTEMPT, undefined, signal),
      complete: () => board.complete(ATTEMPT, SUCCESS, signal),
    };
    const message = ERRORS[code].title;
    await expect(calls[verb]?.()).rejects.toMatchObject({ fault, code, message });
  });

  it.each<[string, Answer]>([
    ['no problem, such as the 404 of a proxy', json('nothing here', 404)],
    ['not JSON', (response) => response.end('<html>')],
    ['of another shape', json({ data: [{ id: 1 }] })],
    ['cut off', (response) => response.socket?.destroy()],
  ])('takes an answer that is %s for a board that is away', async (_, given) => {
    answer = given;
    await expect(board.lease(1, 0, signal)).rejects.toMatchObject({ fault: 'unavailable' });
  });

  it('tells how long it was asked to wait', async () => {
    answer = problem('storage_unavailable', { 'retry-after': '7' });
    await expect(board.lease(1, 0, signal)).rejects.toMatchObject({ retryAfterMs: 7_000 });
  });

  it('finds the API anew after it was not there', async () => {
    server.close();
    await expect(board.lease(1, 0, signal)).rejects.toMatchObject({ fault: 'unavailable' });
    server = createServer((request, response) => void take(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    answer = json({ data: [] });
    expect(await board.lease(1, 0, signal)).toEqual([]);
    expect(connections).toBe(2);
  });

  it('gives up when it is told to', async () => {
    const giveUp = new AbortController();
    answer = () => giveUp.abort();
    await expect(board.lease(1, 30_000, giveUp.signal)).rejects.toMatchObject({ fault: 'unavailable' });
  });
});
