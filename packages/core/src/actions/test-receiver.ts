import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the receiver got it. */
export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real HTTP server on the loopback that keeps what it was sent. */
export interface TestReceiver {
  url: string;
  port: number;
  requests: ReceivedRequest[];
  /** Connections that were ever opened. */
  connections: Socket[];
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** Answers one request; `received` is also in the list. */
export type Answer = (response: ServerResponse, received: ReceivedRequest) => void;

/** Starts a receiver; answers 204 unless told. */
export async function startReceiver(
  answer: Answer = (response) => response.writeHead(204).end(),
): Promise<TestReceiver> {
  const requests: ReceivedRequest[] = [];
  const connections: Socket[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const received = { method, path: url, headers, body };
      requests.push(received);
      answer(response, received);
    });
  });
  server.on('connection', (socket) => connections.push(socket));
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  const port = portOf(server.address());
  return { url: `http://127.0.0.1:${port}`, port, requests, connections, close: () => stop(server) };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return address.port;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function stop(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
