import { createServer } from 'node:http';

/** A request as it was received. */
export interface Received {
  path: string;
  body: string;
}

/** A server on this machine that keeps what it was sent. */
export interface Receiver {
  url: string;
  requests: Received[];
  close(): Promise<void>;
}

/** For tests: starts a receiver that answers 204. */
export async function startReceiver(): Promise<Receiver> {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    requests.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString() });
    response.writeHead(204).end();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
