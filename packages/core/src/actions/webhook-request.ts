import type { JsonValue } from '@minoots/contract';
import { Webhook } from 'standardwebhooks';
import type { WebhookAction } from '../domain/action.ts';
import { isReservedHeader } from '../domain/action-checks.ts';
import { render, type TemplateScope } from '../domain/template.ts';
import { actionsOf } from '../domain/timer/deliveries.ts';
import { EVENTS, toInstant, toWireTimer } from '../wire/timer.ts';
import type { AttemptContext } from './performer.ts';
import { deliveryFacts, templateScope } from './template-scope.ts';

/** An HTTP request, ready but for its signature. */
export interface WebhookRequest {
  url: string;
  method: WebhookAction['method'];
  /** Names in lower case; values fit for the wire. */
  headers: Record<string, string>;
  body: Buffer | null;
}

const JSON_TYPE = /[/+]json\b/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a header
const CONTROL_CHARACTERS = /[\u0000-\u001F\u007F]/g;

/**
 * The request of one attempt, with every placeholder filled.
 * @param at when the attempt is handed off, in epoch ms
 */
export function buildRequest(action: WebhookAction, context: AttemptContext, at: number): WebhookRequest {
  const scope = templateScope(context, at);
  const scopeWithSecrets = { ...scope, secret: Object.fromEntries(context.secrets) };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(action.headers)) {
    if (!isReservedHeader(name)) headers[name.toLowerCase()] = toHeaderValue(render(value, scopeWithSecrets));
  }
  const body = buildBody(action, headers['content-type'], context, at, scope);
  if (body !== null) headers['content-type'] ??= 'application/json';
  return {
    url: render(action.url, scopeWithSecrets, encodeForUrl),
    method: action.method,
    headers,
    body: body === null ? null : Buffer.from(body),
  };
}

/**
 * The headers of Standard Webhooks, with a signature per secret.
 * @param id the same for all attempts of a delivery
 * @param sentAt real time in epoch ms, which receivers compare with their own
 */
export function signatureHeaders(
  id: string,
  sentAt: number,
  body: Buffer | null,
  secrets: readonly string[],
): Record<string, string> {
  const payload = body?.toString() ?? '';
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(sentAt), payload));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(sentAt / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}

/** A request that posts JSON. */
export function jsonRequest(
  url: string,
  value: JsonValue,
  headers: Record<string, string> = {},
): WebhookRequest {
  const body = Buffer.from(JSON.stringify(value));
  return { url, method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
}

function buildBody(
  action: WebhookAction,
  contentType: string | undefined,
  context: AttemptContext,
  at: number,
  scope: TemplateScope,
): string | null {
  if (action.body !== null) return serialise(render(action.body.value, scope), contentType);
  if (action.method === 'GET' || action.method === 'DELETE') return null;
  return JSON.stringify(standardBody(context, at, scope));
}

/** Text that is declared to be something else than JSON goes out as it is; all else is JSON. */
function serialise(value: JsonValue, contentType: string | undefined): string {
  const isPlain = typeof value === 'string' && contentType !== undefined && !JSON_TYPE.test(contentType);
  return isPlain ? value : JSON.stringify(value);
}

function standardBody(context: AttemptContext, at: number, scope: TemplateScope) {
  const { timer, delivery } = context;
  // One receiver has no business with what others answered, and the answers could outgrow the limit.
  const { deliveries: _, ...wireTimer } = toWireTimer(timer, at);
  const message = actionsOf(timer.events, delivery.trigger).find((action) => action.type === 'message');
  return {
    event: EVENTS[delivery.trigger],
    timestamp: toInstant(at),
    timer: wireTimer,
    message: message === undefined ? null : render(message.text, scope),
    data: timer.metadata,
    delivery: deliveryFacts(context, at),
  };
}

function encodeForUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Header values are bytes to Node: what is beyond Latin-1 must come as its UTF-8 bytes. */
function toHeaderValue(text: string): string {
  return Buffer.from(text.replace(CONTROL_CHARACTERS, '')).toString('latin1').trim();
}
