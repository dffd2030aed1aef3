import type { JsonValue } from '@minoots/contract';

/** How much a team's context may hold. */
export interface ContextLimits {
  keys: number;
  /** Of all values together, as JSON text in UTF-8. */
  bytes: number;
}

/** What a value takes of a team's room, in bytes. */
export function contextBytes(value: JsonValue): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/**
 * Whether a key may have a value of so many bytes beside what others have.
 * @param others bytes of each value under another key
 */
export function contextRoom(
  others: readonly number[],
  bytes: number,
  limits: ContextLimits,
): 'stored' | 'too-many-keys' | 'too-many-bytes' {
  if (others.length >= limits.keys) return 'too-many-keys';
  const total = others.reduce((sum, each) => sum + each, bytes);
  return total > limits.bytes ? 'too-many-bytes' : 'stored';
}
