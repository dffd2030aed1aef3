import { MinootsError } from './errors.ts';

/** Wraps a list position, so that clients take it for what it is: opaque. `list` keeps cursors of other lists out. */
export function encodeCursor(list: string, position: string | null): string | null {
  return position === null ? null : Buffer.from(`${list}:${position}`).toString('base64url');
}

/**
 * The position in a cursor of this list.
 * @param pointer where the request has the cursor
 * @throws MinootsError invalid_cursor
 */
export function decodeCursor(
  list: string,
  cursor: string | undefined,
  pointer = '?cursor',
): string | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith(`${list}:`) || Buffer.from(text).toString('base64url') !== cursor)
    throw invalidCursor(pointer);
  return text.slice(list.length + 1);
}

/** The refusal of a cursor that this list did not give out. */
export function invalidCursor(pointer = '?cursor'): MinootsError {
  return new MinootsError(
    'invalid_cursor',
    'Take next_cursor of the page before, or leave cursor out to begin anew',
    {
      errors: [{ pointer, message: 'is not a cursor of this list' }],
    },
  );
}

/** Whether a cursor is one of this list. */
export function isCursorOf(list: string, cursor: string): boolean {
  return Buffer.from(cursor, 'base64url').toString().startsWith(`${list}:`);
}
