import type { ServerResponse } from 'node:http';
import { type ReceivedRequest, startReceiver, type TestReceiver } from '@minoots/core/testing';

/** A webhook receiver that can be told to keep its callers waiting. */
export interface Receiver extends TestReceiver {
  /** From now on requests wait for `release`. */
  hold(): void;
  /** Answers all who wait, and again at once from now on. */
  release(): void;
  /** Requests to a path. */
  to(path: string): ReceivedRequest[];
}

export async function openReceiver(): Promise<Receiver> {
  let isHolding = false;
  let waiting: ServerResponse[] = [];
  const receiver = await startReceiver((response) => {
    if (isHolding) waiting.push(response);
    else response.writeHead(204).end();
  });
  return {
    ...receiver,
    to: (path) => receiver.requests.filter((request) => request.path === path),
    hold() {
      isHolding = true;
    },
    release() {
      isHolding = false;
      for (const response of waiting) response.writeHead(204).end();
      waiting = [];
    },
  };
}
