import { createHash } from 'node:crypto';
import type { Portable } from '@minoots/contract';

/** Tells something portable from another of the same id, whatever the order of keys; that of null is of nothing portable. */
export function digestOf(portable: Portable | null): string {
  return createHash('sha256')
    .update(JSON.stringify(portable, withSortedKeys))
    .digest('base64url')
    .slice(0, 22);
}

function withSortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
