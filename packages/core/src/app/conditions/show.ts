import type { JsonObject, JsonValue } from '@minoots/contract';

/** Longest text of a value that is shown; of a longer one only its kind and size are told. */
const MAX_SHOWN = 60;
const MAX_WANTED = 120;

/** What stands at a path, for a reason: a small value as JSON, else its kind and size. */
export function showFound(holder: JsonObject, path: string): string {
  const found = valueAt(holder, path.split('.'));
  return found === undefined ? 'not set' : showValue(found);
}

/** What was wanted there: a value, or operators with their operands. */
export function showWanted(wanted: JsonValue): string {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return showValue(wanted);
  const entries = Object.entries(wanted);
  if (!entries.some(([name]) => name.startsWith('$'))) return showValue(wanted);
  const operators = entries.map(([name, operand]) => `${name} ${showOperand(operand)}`);
  return showWords(operators.join(' and '), MAX_WANTED);
}

/** Text of at most so many characters, of whole characters. */
export function showWords(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

function showOperand(operand: JsonValue): string {
  const isNested = typeof operand === 'object' && operand !== null && !Array.isArray(operand);
  return isNested ? `{ ${showWanted(operand)} }` : showValue(operand);
}

function showValue(value: JsonValue): string {
  const text = JSON.stringify(value);
  if (text.length <= MAX_SHOWN) return text;
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return 'an object';
}

function valueAt(value: JsonValue | undefined, [name, ...rest]: readonly string[]): JsonValue | undefined {
  if (name === undefined || value === undefined) return value;
  if (value === null || typeof value !== 'object') return undefined;
  if (Object.hasOwn(value, name)) return valueAt(Reflect.get(value, name), rest);
  if (!Array.isArray(value)) return undefined;
  const found = value.map((item) => valueAt(item, [name, ...rest])).filter((item) => item !== undefined);
  return found.length === 0 ? undefined : found;
}
