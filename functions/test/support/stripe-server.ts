import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { StripeSettings } from '../../src/billing/stripe-payments.ts';

/** One request that Stripe got: its method and path, and its form by field. */
export interface StripeRequest {
  call: string;
  authorization: string | undefined;
  form: Record<string, string>;
}

/** What Stripe answers to a call such as `POST /v1/checkout/sessions`. */
export type StripeAnswer = { status?: number; body: object };

/** Stripe's API on this machine: answers as it is told to and keeps what it was asked. */
export class StripeServer {
  readonly requests: StripeRequest[] = [];
  readonly answers = new Map<string, StripeAnswer>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const call = `${request.method} ${request.url?.split('?')[0]}`;
      this.requests.push({ call, authorization: request.headers.authorization, form: await formOf(request) });
      const answer = this.answers.get(call) ?? { status: 404, body: missing(call) };
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
  }

  /** Where it listens, from its start on. */
  async start(): Promise<NonNullable<StripeSettings['server']>> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it has no port');
    return { protocol: 'http', host: '127.0.0.1', port: address.port };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

/** As Stripe words it. */
function missing(call: string) {
  return {
    error: { type: 'invalid_request_error', code: 'resource_missing', message: `No such thing: ${call}` },
  };
}
