import type { ActionRequest, ActionSet, JsonValue } from '@minoots/contract';
import type { Action, MessageAction, WebhookAction } from './action.ts';
import { parseDuration } from './duration.ts';
import { ok, type Rejection, type Result, reject } from './rejection.ts';
import { findUnknownPlaceholder, replacePlaceholders } from './template.ts';

type Request<T extends ActionRequest['type']> = Extract<ActionRequest, { type: T }>;
/** An action of a request and where each of its fields stands there. */
type Placed = { request: ActionRequest; at: (field: string) => string };

const MAX_ACTIONS = 10;
const TIMEOUT_MS = { unlessTold: 15_000, min: 100, max: 60_000 };
const RESERVED_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Reads what a request wants done at an event into actions: the short webhook, the short message, then the list.
 * @param pointer where the set stands in the request, such as `/events/on_expire`
 * @returns at most 10 actions, or `invalid_request` or `unknown_placeholder` with the pointer of the field at fault
 */
export function parseActions(set: ActionSet | undefined, pointer: string): Result<Action[]> {
  const placed = listed(set ?? {}, pointer);
  if (placed.length > MAX_ACTIONS) {
    return reject('invalid_request', `at most ${MAX_ACTIONS} actions in all`, `${pointer}/actions`);
  }
  const actions: Action[] = [];
  for (const { request, at } of placed) {
    const action = request.type === 'webhook' ? parseWebhook(request, at) : parseMessage(request, at);
    if (!action.ok) return action;
    actions.push(action.value);
  }
  return ok(actions);
}

/** Whether the service itself sets this header of a webhook, so that an action cannot. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED_HEADERS.has(lower) || lower.startsWith('webhook-');
}

function listed({ webhook, message, actions = [] }: ActionSet, pointer: string): Placed[] {
  const placed: Placed[] = [];
  if (typeof webhook === 'string') {
    placed.push({ request: { type: 'webhook', url: webhook }, at: () => `${pointer}/webhook` });
  } else if (webhook !== undefined) {
    placed.push({ request: { type: 'webhook', ...webhook }, at: (field) => `${pointer}/webhook/${field}` });
  }
  if (typeof message === 'string') {
    placed.push({ request: { type: 'message', text: message }, at: () => `${pointer}/message` });
  } else if (message !== undefined) {
    placed.push({ request: { type: 'message', ...message }, at: (field) => `${pointer}/message/${field}` });
  }
  for (const [index, request] of actions.entries()) {
    placed.push({ request, at: (field) => `${pointer}/actions/${index}/${field}` });
  }
  return placed;
}

function parseWebhook(request: Request<'webhook'>, at: Placed['at']): Result<WebhookAction> {
  const { url, method = 'POST', headers = {}, body } = request;
  const misfit =
    checkPlaceholders(url, at('url')) ??
    checkUrl(url, at('url')) ??
    checkHeaders(headers, at('headers')) ??
    (body === undefined ? null : checkPlaceholders(body, at('body')));
  if (misfit) return misfit;
  const bounds = { minMs: TIMEOUT_MS.min, maxMs: TIMEOUT_MS.max };
  const timeout = parseDuration(request.timeout ?? TIMEOUT_MS.unlessTold, at('timeout'), bounds);
  if (!timeout.ok) return timeout;
  const value = body === undefined ? null : { value: body };
  return ok({ type: 'webhook', url, method, headers, body: value, timeoutMs: timeout.value });
}

function parseMessage({ text, to_agent }: Request<'message'>, at: Placed['at']): Result<MessageAction> {
  const misfit = checkPlaceholders(text, at('text')) ?? checkPlaceholders(to_agent ?? '', at('to_agent'));
  return misfit ?? ok({ type: 'message', text, toAgent: to_agent ?? null });
}

function checkPlaceholders(value: JsonValue, pointer: string): Rejection | null {
  const unknown = findUnknownPlaceholder(value);
  return unknown === null
    ? null
    : reject('unknown_placeholder', `holds the unknown placeholder ${unknown}`, pointer);
}

function checkHeaders(headers: Record<string, string>, pointer: string): Rejection | null {
  for (const [name, value] of Object.entries(headers)) {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (isReservedHeader(name))
      return reject('invalid_request', `the service sets the header ${name} itself`, at);
    const misfit = checkPlaceholders(value, at);
    if (misfit) return misfit;
  }
  return null;
}

function checkUrl(url: string, pointer: string): Rejection | null {
  const parsed = filledUrl(url, 'a');
  if (parsed?.username || parsed?.password) {
    return reject('invalid_request', 'must not hold a user name or password; send them in a header', pointer);
  }
  // The address that is checked now must be the one that is called: two fillings that differ must not move it.
  if (parsed === null || parsed.origin !== filledUrl(url, 'bb')?.origin) {
    return reject('invalid_request', 'placeholders may stand in the path, query and fragment only', pointer);
  }
  return null;
}

function filledUrl(url: string, filling: string): URL | null {
  return URL.parse(replacePlaceholders(url, () => filling));
}
