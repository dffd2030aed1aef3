import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { BootstrapError } from '../../../scripts/lib/say.mjs';
import type { Child } from './child.ts';

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 30_000;

/**
 * Looks again and again until a child answers.
 * @param look resolves with undefined, or rejects, as long as it does not
 * @throws BootstrapError with the child's last words when it ends, or does not answer within 30 s
 */
export async function untilReady<T>(
  child: Child,
  look: () => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  let reason = '';
  while (!child.hasEnded()) {
    const found = await look().catch((error: unknown) => {
      reason = String(error);
      return undefined;
    });
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw failure(child, `does not answer: ${reason}`);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
  throw failure(child, 'has ended');
}

/** For people: what became of a child, after its last words. */
export function failure(child: Child, what: string): BootstrapError {
  return new BootstrapError(`${child.lastWords()}\n\nThe ${child.name} ${what}. Above are its last words.`);
}

/** Whether something listens at a `host:port`. */
export function listens(address: string): Promise<true> {
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      socket.destroy();
      resolve(true);
    }).once('error', reject);
  });
}

/** The JSON at a URL. @throws for any other status than 2xx, and after 30 s */
export async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
  return response.json();
}
