import { createHash } from 'node:crypto';
import type { Timer } from '../../domain/timer/state.ts';
import { toPortable } from '../../wire/portable.ts';

/** Tells a portable timer from another of the same id, whatever the order of keys; null for a timer that has ended. */
export function portableDigest(timer: Timer): string | null {
  const portable = toPortable(timer);
  if (portable === null) return null;
  return createHash('sha256')
    .update(JSON.stringify(portable, withSortedKeys))
    .digest('base64url')
    .slice(0, 22);
}

function withSortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
