import type { Hono } from 'hono';
import { MinootsError } from '../app/errors.ts';
import type { Logger } from '../ports/logger.ts';
import { problemReply, type Reply, toResponse } from './reply.ts';
import { requestIdOf } from './request-id.ts';

interface KnownPath {
  pattern: RegExp;
  allow: string;
}

/** Answers what no route answers: 405 on a path that has other methods, 404 elsewhere. To be mounted last. */
export function mountRefusals(app: Hono, logger: Logger): void {
  const known = knownPaths(app);
  app.notFound((c) => {
    const requestId = requestIdOf(c.req.raw.headers);
    return toResponse(refuse(c.req.method, c.req.path, known, requestId), requestId);
  });
  app.onError((err, c) => {
    const requestId = requestIdOf(c.req.raw.headers);
    logger.error({ err, requestId }, 'a request failed');
    return toResponse(problemReply(err, requestId), requestId);
  });
}

/** The answer to bytes that could not be read as an HTTP request at all; for servers to give. */
export function unreadableRequest(): Response {
  const requestId = requestIdOf(new Headers());
  const error = new MinootsError(
    'invalid_request',
    'The request could not be read: its URL or its Host header is not valid',
    {
      errors: [{ pointer: 'Host', message: 'is not valid, or the URL is not' }],
    },
  );
  return toResponse(problemReply(error, requestId), requestId);
}

/** The answer to any request that comes while the service is stopping; for servers to give. */
export function serviceStopping(): Response {
  const requestId = requestIdOf(new Headers());
  const reply = problemReply(
    new MinootsError('shutting_down', 'The service is stopping; try again in a moment'),
    requestId,
  );
  return toResponse({ ...reply, headers: { ...reply.headers, connection: 'close' } }, requestId);
}

function refuse(method: string, path: string, known: KnownPath[], requestId: string): Reply {
  const match = known.find(({ pattern }) => pattern.test(path));
  if (match === undefined) {
    return problemReply(new MinootsError('not_found', `There is nothing at ${path}`), requestId);
  }
  const error = new MinootsError(
    'method_not_allowed',
    `${method} is not a method of ${path}; it has ${match.allow}`,
  );
  const reply = problemReply(error, requestId);
  return { ...reply, headers: { ...reply.headers, allow: match.allow } };
}

function knownPaths(app: Hono): KnownPath[] {
  const byPath = Map.groupBy(app.routes, ({ path }) => path);
  return [...byPath].map(([path, routes]) => {
    const methods = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return {
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`),
      allow: methods.join(', '),
    };
  });
}
