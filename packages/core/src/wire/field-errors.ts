import type { FieldError } from '@minoots/contract';
import type * as z from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** How the place of a fault is written: by its path inside the part of the request that was read. */
export type Pointer = (path: Path) => string;

/** JSON pointer (RFC 6901) into the body. */
export const bodyPointer: Pointer = (path) => path.map((key) => `/${escapeToken(String(key))}`).join('');
/** `?name` of a query parameter. */
export const queryPointer: Pointer = ([name]) => `?${String(name ?? '')}`;
/** `{name}` of a path parameter. */
export const paramPointer: Pointer = ([name]) => `{${String(name ?? '')}}`;

/** One key of a JSON pointer. */
export function escapeToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** What a schema found wrong, each fault with its place; at least one. */
export function fieldErrors(error: z.core.$ZodError, pointer: Pointer): FieldError[] {
  return error.issues.flatMap((issue) => faults(issue, [], pointer));
}

function faults(issue: Issue, parents: Path, pointer: Pointer): FieldError[] {
  const path = [...parents, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ pointer: pointer([...path, key]), message: 'is not a known field' }));
    case 'invalid_key':
      return [{ pointer: pointer(path), message: issue.issues[0]?.message ?? issue.message }];
    case 'invalid_union':
      return (
        closestBranch(issue.errors)?.flatMap((inner) => faults(inner, path, pointer)) ?? [
          { pointer: pointer(path), message: describeUnion(issue) },
        ]
      );
    default:
      return [{ pointer: pointer(path), message: issue.message }];
  }
}

/** The alternative that the value was meant to be, so far as one can tell: of the right type, and with the fewest faults. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches
    .filter((issues) => issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0))
    .toSorted((a, b) => Number(isOtherValue(a)) - Number(isOtherValue(b)) || a.length - b.length)[0];
}

/** Whether a branch is a fixed value. Faults inside of another branch tell more than that it is not this one. */
function isOtherValue(issues: readonly Issue[]): boolean {
  return issues.some(({ code, path }) => code === 'invalid_value' && path.length === 0);
}

function describeUnion({
  message,
  errors,
  options,
}: Extract<Issue, { code: 'invalid_union' }> & { options?: unknown }): string {
  if (Array.isArray(options)) return `must be one of ${options.join(', ')}`;
  const expected = errors.flatMap((issues) =>
    issues.flatMap((issue) => (issue.code === 'invalid_type' ? [issue.expected] : [])),
  );
  if (message !== 'Invalid input' || expected.length === 0) return message;
  return `must be of type ${[...new Set(expected)].join(' or ')}`;
}
