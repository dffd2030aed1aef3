import type { JsonValue } from '@minoots/contract';
import { type Rejection, reject } from './rejection.ts';
import { findUnknownPlaceholder, replacePlaceholders } from './template.ts';

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

/** Whether the service itself sets this header of a webhook, so that an action cannot. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED_HEADERS.has(lower) || lower.startsWith('webhook-');
}

/**
 * Refuses what no attempt could fill.
 * @param secrets whether secrets may stand here: only where nothing but the receiver gets to see them
 */
export function checkPlaceholders(
  value: JsonValue | undefined,
  pointer: string,
  { secrets = false }: { secrets?: boolean } = {},
): Rejection | null {
  const unknown = value === undefined ? null : findUnknownPlaceholder(value, { secrets });
  if (unknown === null) return null;
  const isMisplaced = findUnknownPlaceholder(unknown, { secrets: true }) === null;
  if (isMisplaced) {
    const detail = `holds ${unknown}, but secrets may stand in the headers and URLs of webhooks only`;
    return reject('unknown_placeholder', detail, pointer);
  }
  const hint = isForOthers(unknown) ? `; write \${$}${unknown.slice(1)} for that very text` : '';
  return reject('unknown_placeholder', `holds the unknown placeholder ${unknown}${hint}`, pointer);
}

/** Refuses headers that the service sets itself, and what no attempt could fill. Secrets may stand in values. */
export function checkHeaders(headers: Record<string, string>, pointer: string): Rejection | null {
  for (const [name, value] of Object.entries(headers)) {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (isReservedHeader(name))
      return reject('invalid_request', `the service sets the header ${name} itself`, at);
    const misfit = checkPlaceholders(value, at, { secrets: true });
    if (misfit) return misfit;
  }
  return null;
}

/** Refuses a URL with credentials in it, or whose address a placeholder could move. Secrets may stand in the rest. */
export function checkUrl(url: string, pointer: string): Rejection | null {
  const misfit = checkPlaceholders(url, pointer, { secrets: true });
  if (misfit) return misfit;
  const [filled, otherwise] = [filledWith(url, 'a'), filledWith(url, 'bb')];
  const parsed = URL.parse(filled);
  if (parsed?.username || parsed?.password) {
    return reject('invalid_request', 'must not hold a user name or password; send them in a header', pointer);
  }
  // The address that is checked now must be the one that is called: two fillings that differ must not move it.
  const isSteady = filled === otherwise || parsed?.origin === URL.parse(otherwise)?.origin;
  if (parsed === null || !isSteady) {
    return reject('invalid_request', 'placeholders may stand in the path, query and fragment only', pointer);
  }
  return null;
}

function filledWith(url: string, filling: string): string {
  return replacePlaceholders(url, () => filling);
}

/** Whether a placeholder looks like one that somebody else is to fill, such as a shell, and not like a slip. */
function isForOthers(unknown: string): boolean {
  return /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(unknown);
}
