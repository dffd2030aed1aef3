import type { JsonObject, JsonValue } from '@minoots/contract';
import { type Rejection, reject } from '../../domain/rejection.ts';
import { escapeToken } from '../../wire/field-errors.ts';
import type { FIELD_OPERATORS } from './operators.ts';
import { compilePattern, PatternError } from './pattern.ts';

/** Where an operand stands: its place in the request, and all operators of its field. */
export interface Place {
  pointer: string;
  beside: JsonObject;
}

type Check = (operand: JsonValue, place: Place) => Rejection | null;
/** Operators whose operands hold no others. */
type PlainOperator = Exclude<keyof typeof FIELD_OPERATORS, '$not' | '$elemMatch' | '$all'>;

const MAX_VALUES = 100;
/** The names that sift knows, but for those of dates, which JSON has not. */
const TYPES: ReadonlySet<unknown> = new Set(['number', 'string', 'bool', 'array', 'null']);

/** What each operator takes, by name. */
export const PLAIN_OPERANDS: Readonly<Record<PlainOperator, Check>> = {
  $eq: (operand, { pointer }) => checkValue(operand, pointer),
  $ne: (operand, { pointer }) => checkValue(operand, pointer),
  $gt: checkOrdered,
  $gte: checkOrdered,
  $lt: checkOrdered,
  $lte: checkOrdered,
  $in: checkValues,
  $nin: checkValues,
  $exists: needs((operand) => typeof operand === 'boolean', 'must be true or false'),
  $type: needs((operand) => TYPES.has(operand), `must be one of ${[...TYPES].join(', ')}`),
  $size: needs((operand) => Number.isInteger(operand) && Number(operand) >= 0, 'must be a whole number'),
  $mod: needs(isDivision, 'must be [divisor, remainder], whole numbers, the divisor not 0'),
  $regex: checkPattern,
  $options: (_, { beside, pointer }) =>
    Object.hasOwn(beside, '$regex') ? null : fault('goes with $regex', pointer),
};

/** Whether a value is one to be equal to. An operator inside of it would be taken for the name of a field. */
export function checkValue(value: JsonValue, pointer: string): Rejection | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, item] of Object.entries(value)) {
    const at = `${pointer}/${escapeToken(name)}`;
    const found = name.startsWith('$')
      ? fault(
          'stands inside a value; write the path of the field, such as "build.status": { "$in": […] }',
          at,
        )
      : checkValue(item, at);
    if (found !== null) return found;
  }
  return null;
}

function checkOrdered(operand: JsonValue, { pointer }: Place): Rejection | null {
  return typeof operand === 'number' || typeof operand === 'string'
    ? null
    : fault('must be a number or text', pointer);
}

function checkValues(operand: JsonValue, { pointer }: Place): Rejection | null {
  return Array.isArray(operand) && operand.length <= MAX_VALUES
    ? checkValue(operand, pointer)
    : fault(`must be a list of at most ${MAX_VALUES} values`, pointer);
}

function checkPattern(operand: JsonValue, { pointer, beside }: Place): Rejection | null {
  const options = Object.hasOwn(beside, '$options') ? beside.$options : '';
  if (typeof operand !== 'string') return fault('must be text', pointer);
  if (typeof options !== 'string') return fault('$options must be text', pointer);
  try {
    compilePattern(operand, options);
    return null;
  } catch (error) {
    if (error instanceof PatternError) return fault(error.message, pointer);
    throw error;
  }
}

function needs(isFit: (operand: JsonValue) => boolean, detail: string): Check {
  return (operand, { pointer }) => (isFit(operand) ? null : fault(detail, pointer));
}

function isDivision(operand: JsonValue): boolean {
  if (!Array.isArray(operand) || operand.length !== 2) return false;
  return operand.every((part) => Number.isSafeInteger(part)) && operand[0] !== 0;
}

function fault(detail: string, pointer: string): Rejection {
  return reject('invalid_request', detail, pointer);
}
