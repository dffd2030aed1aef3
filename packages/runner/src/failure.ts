/** The runner may not do this, now or ever. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Name of a failed system call's error, such as `ENOENT`; that of its cause where it has none itself. */
export function codeOf(failure: unknown): string | null {
  return textOf(failure, 'code') ?? (hasCause(failure) ? textOf(failure.cause, 'code') : null);
}

/** What a failure says. */
export function messageOf(failure: unknown): string {
  return textOf(failure, 'message') ?? String(failure);
}

function textOf(value: unknown, property: 'code' | 'message'): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const text: unknown = Reflect.get(value, property);
  return typeof text === 'string' ? text : null;
}

function hasCause(value: unknown): value is { cause: unknown } {
  return typeof value === 'object' && value !== null && 'cause' in value;
}
