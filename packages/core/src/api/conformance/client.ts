import { expect } from '@jest/globals';
import { CreatedTimer, Problem, Timer } from '@minoots/contract';
import type * as z from 'zod';

/** A running server with a virtual clock, as the suites see it: over HTTP, with a key that may do everything. */
export interface ServerUnderTest {
  baseUrl: string;
  key: string;
  /** The key of an operator of the service. */
  operatorKey: string;
  /** Moves the virtual clock; resolves once all that fell due is done. */
  advance(byMs: number): Promise<void>;
  /** Signs a person in and gives their ID token. */
  signIn(person: TestPerson): Promise<string>;
  /** Shows texts at a name, where the server looks for TXT records. */
  publish(name: string, texts: readonly string[]): void;
  close(): Promise<void>;
}

/** Somebody to sign in, by their email address. */
export interface TestPerson {
  email: string;
  emailVerified: boolean;
  name?: string;
}

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

/** An HTTP answer with its body read. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
}

/** Speaks HTTP to a server and reads its answers by the contract's own schemas. */
export class ApiClient {
  readonly #server: Pick<ServerUnderTest, 'baseUrl' | 'key'>;
  readonly #team: string | null;

  /** @param team what every request asks for, by slug or id; null where it says nothing */
  constructor(server: Pick<ServerUnderTest, 'baseUrl' | 'key'>, team: string | null = null) {
    this.#server = server;
    this.#team = team;
  }

  /** The same client, for another team. */
  forTeam(team: string | null): ApiClient {
    return new ApiClient(this.#server, team);
  }

  /** Sends a request as it is, with the key unless the headers say otherwise. */
  async send(path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await this.open(path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Sends a request and leaves the body of the answer to be read. */
  open(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ authorization: `Bearer ${this.#server.key}` });
    if (this.#team !== null) headers.set('minoots-team', this.#team);
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    return fetch(this.#server.baseUrl + path, { ...init, headers });
  }

  /** Sends JSON. */
  call(method: string, path: string, { body, headers = {} }: RequestOptions = {}): Promise<Reply> {
    if (body === undefined) return this.send(path, { method, headers });
    const text = JSON.stringify(body);
    return this.send(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    });
  }

  /** The body of an answer of the given status, read by its schema. */
  async read<S extends z.ZodType>(
    schema: S,
    status: number,
    method: string,
    path: string,
    options?: RequestOptions,
  ): Promise<z.output<S>> {
    const reply = await this.call(method, path, options);
    return readBody(reply, status, schema);
  }

  get<S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>> {
    return this.read(schema, 200, 'GET', path);
  }

  /** Creates a timer that fires in an hour unless told. */
  create(fields: object = {}): Promise<CreatedTimer> {
    const time = 'fire_at' in fields || 'fire_at_local' in fields ? {} : { duration: '1h' };
    return this.read(CreatedTimer, 201, 'POST', '/v1/timers', {
      body: { name: 'conformance', ...time, ...fields },
    });
  }

  timer(id: string): Promise<Timer> {
    return this.get(Timer, `/v1/timers/${id}`);
  }

  /** Carries out a command on a timer, such as `pause`. */
  command(id: string, verb: string, body?: object): Promise<Timer> {
    return this.read(Timer, 200, 'POST', `/v1/timers/${id}/${verb}`, { body });
  }

  /** The problem that a request is refused with. */
  async refusal(status: number, method: string, path: string, options?: RequestOptions): Promise<Problem> {
    return readProblem(await this.call(method, path, options), status);
  }
}

/** Reads an answer that must have this status and shape. */
export function readBody<S extends z.ZodType>(reply: Reply, status: number, schema: S): z.output<S> {
  if (reply.status !== status) throw new Error(`expected ${status}, got ${reply.status}: ${reply.text}`);
  expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
  return schema.parse(JSON.parse(reply.text));
}

/** Reads an answer that must be a problem document of this status. */
export function readProblem(reply: Reply, status: number): Problem {
  if (reply.status !== status) throw new Error(`expected ${status}, got ${reply.status}: ${reply.text}`);
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(JSON.parse(reply.text));
  expect(problem.status).toBe(status);
  // One that is given again names the request that it was made for.
  if (!reply.headers.has('idempotent-replayed'))
    expect(problem.request_id).toBe(reply.headers.get('x-request-id'));
  return problem;
}

/** The places that a problem names. */
export function pointers({ errors }: Problem): string[] {
  return (errors ?? []).map(({ pointer }) => pointer);
}
