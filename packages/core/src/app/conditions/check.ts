import type { JsonObject, JsonValue } from '@minoots/contract';
import { type Rejection, reject } from '../../domain/rejection.ts';
import { escapeToken } from '../../wire/field-errors.ts';
import { checkValue, PLAIN_OPERANDS } from './operands.ts';
import { FIELD_OPERATORS, JOINING_OPERATORS } from './operators.ts';

/** Deepest nesting of conditions: of joining operators, `$not` and `$elemMatch` in each other. */
const MAX_DEPTH = 8;
/** Most entries behind `$and`, `$or`, `$nor` and `$all`. */
const MAX_BRANCHES = 20;
/** Each may take a few milliseconds of the service. */
const MAX_PATTERNS = 5;
const MAX_NAME_LENGTH = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in a name are what is refused
const PRINTABLE = /^[^\u0000-\u001F\u007F]+$/;

/** A step of the way down; `seen` is shared by all steps. */
interface Step {
  depth: number;
  seen: { patterns: number };
}

/**
 * Whether conditions mean something and can be judged in bounded time.
 * @param pointer where they stand in the request
 * @returns null, or the rejection (`invalid_request`) of the first place at fault
 */
export function checkConditions(query: JsonValue, pointer: string): Rejection | null {
  return checkQuery(query, pointer, { depth: 0, seen: { patterns: 0 } });
}

function checkQuery(query: JsonValue, pointer: string, above: Step): Rejection | null {
  const step = { ...above, depth: above.depth + 1 };
  if (step.depth > MAX_DEPTH) return fault(`is nested deeper than ${MAX_DEPTH} levels`, pointer);
  if (!isObject(query)) return fault('must be an object of conditions', pointer);
  if (Object.keys(query).length === 0) return fault('must hold at least one condition', pointer);
  return firstFault(query, pointer, (name, wanted, at) =>
    Object.hasOwn(JOINING_OPERATORS, name)
      ? checkBranches(wanted, at, (branch, place) => checkQuery(branch, place, step))
      : (checkName(name, at) ?? checkWanted(wanted, at, step)),
  );
}

function checkWanted(wanted: JsonValue, pointer: string, step: Step): Rejection | null {
  return holdsOperators(wanted) ? checkOperators(wanted, pointer, step) : checkValue(wanted, pointer);
}

function checkOperators(operators: JsonValue, pointer: string, above: Step): Rejection | null {
  const step = { ...above, depth: above.depth + 1 };
  if (step.depth > MAX_DEPTH) return fault(`is nested deeper than ${MAX_DEPTH} levels`, pointer);
  if (!holdsOperators(operators)) return fault('must be an object of operators', pointer);
  return firstFault(operators, pointer, (name, operand, at) => {
    if (!name.startsWith('$')) return fault('stands beside operators; a field has these or a value', at);
    return checkOperator(name, operand, { pointer: at, beside: operators }, step);
  });
}

function checkOperator(
  name: string,
  operand: JsonValue,
  place: { pointer: string; beside: JsonObject },
  step: Step,
): Rejection | null {
  const { pointer } = place;
  switch (name) {
    case '$not':
      return checkOperators(operand, pointer, step);
    case '$elemMatch':
      return holdsFieldOperators(operand)
        ? checkOperators(operand, pointer, step)
        : checkQuery(operand, pointer, step);
    case '$all':
      return checkBranches(operand, pointer, (item, at) => checkItem(item, at, step));
    case '$regex':
      step.seen.patterns += 1;
      if (step.seen.patterns > MAX_PATTERNS)
        return fault(`is one pattern more than ${MAX_PATTERNS}`, pointer);
      break;
  }
  return isPlain(name) ? PLAIN_OPERANDS[name](operand, place) : unknownOperator(name, pointer);
}

/** An item of `$all`. An object would be taken for a query of its own. */
function checkItem(item: JsonValue, pointer: string, step: Step): Rejection | null {
  if (typeof item !== 'object' || item === null) return null;
  return isObject(item) && Object.keys(item).join() === '$elemMatch'
    ? checkOperators(item, pointer, step)
    : fault('must be a plain value or { "$elemMatch": … }', pointer);
}

function checkBranches(
  branches: JsonValue,
  pointer: string,
  check: (branch: JsonValue, pointer: string) => Rejection | null,
): Rejection | null {
  if (!Array.isArray(branches) || branches.length === 0 || branches.length > MAX_BRANCHES)
    return fault(`must be a list of 1 to ${MAX_BRANCHES}`, pointer);
  return firstFault(branches, pointer, (_, branch, at) => check(branch, at));
}

function checkName(name: string, pointer: string): Rejection | null {
  if (Object.hasOwn(FIELD_OPERATORS, name))
    return fault(
      name === '$not' ? 'stands behind a field; here it is $nor' : 'stands behind a field',
      pointer,
    );
  if (name.startsWith('$')) return unknownOperator(name, pointer);
  if (name.length > MAX_NAME_LENGTH || !PRINTABLE.test(name))
    return fault(`must be 1 to ${MAX_NAME_LENGTH} printable characters`, pointer);
  const parts = name.split('.');
  if (parts.includes('')) return fault('has an empty part between its dots', pointer);
  // What every object of JavaScript has by these names tells nothing of facts.
  const odd = parts.find((part) => part in Object.prototype);
  return odd === undefined ? null : fault(`${odd} cannot be asked for`, pointer);
}

function firstFault(
  holder: JsonObject | JsonValue[],
  pointer: string,
  check: (name: string, value: JsonValue, pointer: string) => Rejection | null,
): Rejection | null {
  for (const [name, value] of Object.entries(holder)) {
    const found = check(name, value, `${pointer}/${escapeToken(name)}`);
    if (found !== null) return found;
  }
  return null;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function holdsOperators(value: JsonValue): value is JsonObject {
  return isObject(value) && Object.keys(value).some((name) => name.startsWith('$'));
}

/** Operators of the items themselves, not conditions on what the items hold. */
function holdsFieldOperators(value: JsonValue): boolean {
  return holdsOperators(value) && !Object.keys(value).some((name) => Object.hasOwn(JOINING_OPERATORS, name));
}

function isPlain(name: string): name is keyof typeof PLAIN_OPERANDS {
  return Object.hasOwn(PLAIN_OPERANDS, name);
}

function unknownOperator(name: string, pointer: string): Rejection {
  const known = Object.keys({ ...FIELD_OPERATORS, ...JOINING_OPERATORS }).join(', ');
  return fault(`${name} is not an operator; there are ${known}`, pointer);
}

function fault(detail: string, pointer: string): Rejection {
  return reject('invalid_request', detail, pointer);
}
