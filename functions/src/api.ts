import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { unreadableRequest } from '@minoots/core';
import { instance } from './instance.ts';

type Listener = ReturnType<typeof getRequestListener>;

let listener: Promise<Listener> | null = null;

/** Answers one HTTP request. */
export async function handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
  listener ??= listen().catch((error: unknown) => {
    listener = null;
    throw error;
  });
  const answer = await listener;
  await answer(request, response);
}

async function listen(): Promise<Listener> {
  const { api } = await instance();
  return getRequestListener(api.fetch, { errorHandler: unreadableRequest });
}
