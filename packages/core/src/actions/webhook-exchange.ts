import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import type { Clock } from '../ports/clock.ts';
import type { AttemptReport } from './performer.ts';
import type { GuardedAgents } from './target-guard.ts';
import { judge, readStart, retryAfterOf } from './webhook-answer.ts';
import type { Phase } from './webhook-failure.ts';
import type { WebhookRequest } from './webhook-request.ts';

export type WebhookClient = AxiosInstance;

/** What came of a request. */
export type Exchanged = Omit<AttemptReport, 'at' | 'durationMs'>;

/** What is known of an attempt while it is under way. */
export interface Course {
  phase: Phase;
  reusedConnection: boolean;
  responseStatus: number | null;
}

/** Connections that have carried a request before. */
const established = new WeakSet<Socket>();

/**
 * Sends a request and reads its answer as far as it is kept; `course` follows how far that went.
 * Rejects when no complete answer came.
 */
export async function exchange(
  client: WebhookClient,
  { url, method, headers, body }: WebhookRequest,
  signal: AbortSignal,
  course: Course,
  wallClock: Clock,
): Promise<Exchanged> {
  Object.assign(course, { phase: 'connecting', reusedConnection: false } satisfies Partial<Course>);
  const transport = followed(URL.parse(url)?.protocol === 'https:' ? https : http, course);
  const response: AxiosResponse<Readable> = await client.request({
    url,
    method,
    headers,
    data: body ?? undefined,
    signal,
    transport,
  });
  course.phase = 'reading the answer';
  course.responseStatus = response.status;
  const responseBody = await readStart(response.data);
  const verdict = judge(response.status, retryAfterOf(response.headers), wallClock.now());
  return { responseStatus: response.status, responseBody, ...verdict };
}

/** A transport that notes how far its request has come, so that a timeout can say what it waited for. */
function followed(base: typeof http | typeof https, course: Course) {
  return {
    request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) {
      const request = base.request(options, onResponse);
      request.once('socket', (socket) => {
        // Node calls a connection reused only when it lay idle, not when it was handed on from request to request.
        course.reusedConnection = established.has(socket);
        const connected = () => {
          established.add(socket);
          course.phase = 'waiting for the answer';
        };
        if (course.reusedConnection) connected();
        else socket.once(base === https ? 'secureConnect' : 'connect', connected);
      });
      return request;
    },
  };
}

/** A client that sends what it is given over guarded connections and hands the answer back as a stream. */
export function createClient(agents: GuardedAgents, version: string): AxiosInstance {
  return axios.create({
    httpAgent: agents.http,
    httpsAgent: agents.https,
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'stream',
    validateStatus: null,
    // What was signed goes out byte for byte.
    transformRequest: [],
    headers: {
      common: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': `MINOOTS/${version}` },
    },
  });
}
