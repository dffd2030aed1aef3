import type { JsonValue } from '@minoots/contract';
import type { Unsendable } from './http-sender.ts';
import type { AttemptContext } from './performer.ts';
import { jsonRequest, type WebhookRequest } from './webhook-request.ts';

/** How long one attempt at a connector may take, in ms. */
export const CONNECTOR_TIMEOUT_MS = 15_000;

/** A short form that may begin with a channel, `#channel text`; null when there is a channel and no text. */
export function readChannelText(short: string): { channel?: string; text: string } | null {
  const text = short.trim();
  if (!/^#[\p{L}\p{N}]/u.test(text)) return text === '' ? null : { text };
  const [, channel, rest] = /^(#\S{1,79})\s+(\S[\s\S]*)$/.exec(text) ?? [];
  return channel === undefined || rest === undefined ? null : { channel, text: rest };
}

/** Posts JSON to the URL that a secret holds. */
export function postToSecretUrl(
  { secrets }: AttemptContext,
  secret: string,
  value: JsonValue,
): WebhookRequest | Unsendable {
  const url = URL.parse(secrets.get(secret) ?? '');
  const isUsable =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return isUsable
    ? jsonRequest(url.href, value)
    : { refused: `the secret ${secret} does not hold the URL of a webhook` };
}

/** At most so many UTF-16 units of a text, the last of which then is an ellipsis. No character is cut in two. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
