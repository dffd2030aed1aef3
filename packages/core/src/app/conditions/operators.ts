import type { JsonObject, JsonValue } from '@minoots/contract';
import sift from 'sift';
import { compilePattern, type Pattern } from './pattern.ts';

/**
 * The operators that a field may have, by sift; the library's own table is left alone because its `$where` compiles code
 * and its `$regex` can run for hours. `sift` refuses any name that is not here.
 */
export const FIELD_OPERATORS = {
  $eq: sift.$eq,
  $ne: sift.$ne,
  $gt: sift.$gt,
  $gte: sift.$gte,
  $lt: sift.$lt,
  $lte: sift.$lte,
  $in: sift.$in,
  $nin: sift.$nin,
  $exists: sift.$exists,
  $type: sift.$type,
  $size: sift.$size,
  $all: sift.$all,
  $mod: sift.$mod,
  $not: sift.$not,
  $elemMatch: sift.$elemMatch,
  $regex,
  $options: sift.$options,
};

/** Operators that join whole conditions. */
export const JOINING_OPERATORS = { $and: sift.$and, $or: sift.$or, $nor: sift.$nor };

const operations = { ...FIELD_OPERATORS, ...JOINING_OPERATORS };

/** A field and what it is to be: a value, or operators. Dots in `path` lead into objects and over lists. */
export type FieldTest = (holder: JsonObject) => boolean;

/**
 * The test of one field.
 * @throws Error for operators that are not in the tables above, and for operands that they cannot have
 */
export function fieldTest(path: string, wanted: JsonValue): FieldTest {
  return sift.createQueryTester<JsonObject>({ [path]: wanted }, { operations });
}

function $regex(
  pattern: string,
  query: { $options?: string },
  options: Parameters<typeof sift.$eq>[2],
): ReturnType<typeof sift.$eq> {
  const matches: Pattern = compilePattern(
    pattern,
    Object.hasOwn(query, '$options') ? (query.$options ?? '') : '',
  );
  return sift.createEqualsOperation(
    (value: unknown) => typeof value === 'string' && matches(value),
    query,
    options,
  );
}
