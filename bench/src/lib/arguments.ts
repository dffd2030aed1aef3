import { parseArgs } from 'node:util';
import * as z from 'zod';

/** The command line is wrong; the message says how. */
export class UsageError extends Error {}

/** Reads `--name value` arguments by a schema of flat names, and what stands between them. Throws a UsageError. */
export function readArguments<Shape extends z.core.$ZodShape>(
  schema: z.ZodObject<Shape>,
  args: readonly string[],
): { options: z.infer<z.ZodObject<Shape>>; words: readonly string[] } {
  const { values, positionals } = split(Object.keys(schema.shape), args);
  const options = schema.safeParse(values);
  if (options.success) return { options: options.data, words: positionals };
  const [issue] = options.error.issues;
  throw new UsageError(`--${issue?.path.join('.')}: ${issue?.message}`);
}

/** An argument that is a whole number of at least `min`. */
export function wholeNumber(min: number) {
  return z.coerce.number().pipe(z.int().min(min));
}

function split(names: readonly string[], args: readonly string[]) {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
