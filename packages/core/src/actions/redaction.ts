import type { AttemptReport } from './performer.ts';

/** What stands in the place of a hidden value. Not longer than the shortest secret, so that hiding never lengthens. */
const HIDDEN = '[secret]';
/** What stands in the place of a start that is shorter than that. */
const HIDDEN_START = '…';
/** Parts shorter than this are left as they are: they tell nothing and stand everywhere. */
const MIN_PART = 8;
/** Of a value that the end of a kept text cuts through, in characters. */
const MIN_START = 4;
/** A text at least so long may have been cut, in bytes; what is kept of an answer is 1 KiB. */
const MAYBE_CUT_BYTES = 1_020;

/** A report without any of the values, in whatever form a receiver may have repeated them. */
export function hideIn(report: AttemptReport, values: Iterable<string>): AttemptReport {
  const hide = createHider(values);
  return { ...report, error: hide(report.error), responseBody: hide(report.responseBody) };
}

/** Takes values out of texts: as they are, escaped for URLs, JSON or HTML, in parts, and cut off at a text's end. */
export function createHider(values: Iterable<string>): <T extends string | null>(text: T) => T | string {
  const forms = [...new Set([...values].flatMap(formsOf))].sort((a, b) => b.length - a.length);
  if (forms.length === 0) return (text) => text;
  const pattern = new RegExp(
    forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'),
    'gi',
  );
  return (text) => (text === null ? text : hideStart(text.replace(pattern, HIDDEN), forms));
}

function formsOf(value: string): string[] {
  const trimmed = value.trim();
  const url = URL.parse(trimmed);
  const ofUrl = url === null ? [] : [url.href, url.pathname + url.search, url.pathname, url.search.slice(1)];
  // A receiver may repeat a token without the scheme that stands before it, or a path from its last part on.
  const parts = [trimmed, ...trimmed.split(/\s+/), ...ofUrl, ...(url?.pathname.split('/') ?? [])];
  const long = parts.filter((part) => part.length >= MIN_PART);
  return [value, ...long]
    .filter((part) => part !== '')
    .flatMap((part) => [
      ...escaped(part),
      // What a header carries, as a receiver sees it that takes its bytes for characters.
      ...escaped(Buffer.from(part).toString('latin1')),
    ]);
}

function escaped(text: string): string[] {
  const percent = encodeURIComponent(text.toWellFormed());
  const html = text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const namedHtml = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
  const base64 = Buffer.from(text).toString('base64').replace(/=+$/, '');
  return [
    text,
    percent,
    percent.replaceAll('%20', '+'),
    JSON.stringify(text).slice(1, -1),
    JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
    html,
    namedHtml,
    base64,
    Buffer.from(text).toString('base64url'),
  ];
}

/** What is kept of an answer may end in the midst of a value. */
function hideStart(text: string, forms: readonly string[]): string {
  if (Buffer.byteLength(text) < MAYBE_CUT_BYTES && text.length < MAYBE_CUT_BYTES) {
    if (!text.includes(HIDDEN)) return text;
  }
  const lower = text.toLowerCase();
  let cut = 0;
  for (const form of forms) {
    const start = form.toLowerCase();
    for (
      let length = Math.min(start.length - 1, text.length);
      length >= MIN_START && length > cut;
      length--
    ) {
      if (lower.endsWith(start.slice(0, length))) cut = length;
    }
  }
  if (cut === 0) return text;
  return text.slice(0, text.length - cut) + (cut < HIDDEN.length ? HIDDEN_START : HIDDEN);
}
