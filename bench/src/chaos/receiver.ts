import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { listen } from '../lib/listen.ts';
import type { Arrival } from './observations.ts';
import { between, type Random } from './random.ts';

const Headers = z.object({
  'webhook-id': z.string(),
  'webhook-timestamp': z.string(),
  'webhook-signature': z.string(),
});
const Body = z.object({ timer: z.object({ id: z.string() }) });

/** Takes webhooks at `<url>/<origin>`. */
export interface Receiver {
  /** Without a slash at the end. */
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** Requests that are no webhook at all, in words. */
  readonly oddities: readonly string[];
  /** Secrets that signatures are checked by; set it before the first webhook. */
  trust(secrets: readonly string[]): void;
  close(): void;
}

/** A third of the answers is slow, so that kills hit deliveries under way. */
const SLOW_SHARE = 0.3;
const SLOW_MS = [1, 150] as const;
/** Some first attempts are refused, so that retries happen. */
const REFUSE_SHARE = 0.05;

export async function startReceiver(random: Random): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const oddities: string[] = [];
  const seen = new Set<string>();
  let webhooks: Webhook[] = [];

  const take = async (request: IncomingMessage): Promise<number> => {
    const at = Date.now();
    const raw = await buffer(request);
    const headers = Headers.parse(request.headers);
    const webhookId = headers['webhook-id'];
    arrivals.push({
      origin: Number(request.url?.slice(1)),
      timerId: Body.parse(JSON.parse(raw.toString())).timer.id,
      webhookId,
      at,
      signatureError: signatureError(webhooks, raw, headers),
    });
    if (random() < SLOW_SHARE) await delay(between(random, ...SLOW_MS));
    const isFirst = !seen.has(webhookId);
    seen.add(webhookId);
    return isFirst && random() < REFUSE_SHARE ? 500 : 204;
  };

  const server = createServer((request, response) => {
    take(request).then(
      (status) => response.writeHead(status).end(),
      (error) => {
        // A request that a kill cut off half-way is none.
        if (!request.complete) return;
        oddities.push(`${request.method} ${request.url}: ${error}`);
        response.writeHead(400).end();
      },
    );
  });
  const url = await listen(server);
  return {
    url,
    arrivals,
    oddities,
    trust(secrets) {
      webhooks = secrets.map((secret) => new Webhook(secret));
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Null when one of the secrets verifies it. */
function signatureError(
  webhooks: readonly Webhook[],
  body: Buffer,
  headers: z.infer<typeof Headers>,
): string | null {
  let reason = 'no secret is known';
  for (const webhook of webhooks) {
    try {
      webhook.verify(body, headers);
      return null;
    } catch (error) {
      reason = String(error);
    }
  }
  return reason;
}
