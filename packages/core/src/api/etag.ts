import { shownVersion, type Timer } from '../domain/timer/state.ts';
import { invalidRequest } from './problem.ts';

const OWN_TAG = /^"(\d{1,15})"$/;
const ANY_TAG = /^(?:W\/)?"[\x21\x23-\x7e]*"$/;
const NEVER = -1;

/** The entity tag of a timer: heartbeats, and what else nobody is shown, leave it as it is. */
export function timerTag(timer: Timer): string {
  return etagOf({ version: shownVersion(timer) });
}

/** The entity tag of what has a version. */
export function etagOf({ version }: { version: number }): string {
  return `"${version}"`;
}

/**
 * The version that `If-Match` demands; undefined when any will do. A tag that this service never gave out is a version
 * that no timer has.
 * @throws MinootsError `invalid_request`
 */
export function ifMatchVersion(headers: Headers): number | undefined {
  const tag = headers.get('if-match')?.trim();
  if (tag === undefined || tag === '*') return undefined;
  const version = OWN_TAG.exec(tag)?.[1];
  if (version !== undefined) return Number(version);
  if (ANY_TAG.test(tag)) return NEVER;
  throw invalidRequest([{ pointer: 'If-Match', message: 'must be one entity tag, such as "3", or *' }]);
}
