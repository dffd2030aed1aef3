import type { Readable } from 'node:stream';
import type { AttemptReport } from './performer.ts';

/** What of an answer's body is kept, and what is read at most before the connection is closed, in bytes. */
const KEPT_BYTES = 1_024;
const READ_BYTES = 65_536;
const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** Reads the start of an answer's body as valid text. Rejects when the connection breaks before its end. */
export async function readStart(body: Readable): Promise<string> {
  const kept: Buffer[] = [];
  let seen = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    if (seen < KEPT_BYTES) kept.push(bytes.subarray(0, KEPT_BYTES - seen));
    seen += bytes.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (seen > READ_BYTES) break;
  }
  // `stream` leaves out a character that the cut went through.
  return new TextDecoder().decode(Buffer.concat(kept), { stream: true });
}

/**
 * What an answer's status means for the delivery.
 * @param retryAfter the header of that name
 * @param now real time in epoch ms
 */
export function judge(
  status: number,
  retryAfter: unknown,
  now: number,
): Pick<AttemptReport, 'outcome' | 'error' | 'retryAfterMs'> {
  if (status >= 200 && status < 300) return { outcome: 'succeeded', error: null, retryAfterMs: null };
  if (status === 410) {
    return {
      outcome: 'gone',
      error: 'answered 410: the receiver wants no more attempts',
      retryAfterMs: null,
    };
  }
  const isRedirect = status >= 300 && status < 400;
  const error = isRedirect ? `answered ${status}: redirects are not followed` : `answered ${status}`;
  const mayWait = status === 429 || status === 503;
  return { outcome: 'failed', error, retryAfterMs: mayWait ? parseRetryAfter(retryAfter, now) : null };
}

/** The wait that a Retry-After header asks for, in ms: seconds, or an HTTP date; null when there is none. */
export function parseRetryAfter(header: unknown, now: number): number | null {
  if (typeof header !== 'string') return null;
  const text = header.trim();
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1_000;
  if (!WEEKDAY.test(text)) return null;
  // The oldest form of an HTTP date does not say that it is in GMT.
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/**
 * The wait that an answer's headers ask for, in the form of Retry-After. Discord names it in fractions of a second in a
 * header of its own.
 */
export function retryAfterOf(headers: Record<string, unknown>): unknown {
  const { 'retry-after': standard, 'x-ratelimit-reset-after': fractional } = headers;
  if (standard !== undefined || typeof fractional !== 'string') return standard;
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(fractional) ? String(Math.ceil(Number(fractional))) : undefined;
}
