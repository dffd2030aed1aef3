import type { JsonValue } from '@minoots/contract';

/** What placeholders can name. Values are looked up by path; no code is evaluated. */
export type TemplateScope = { [key: string]: JsonValue };

type Encode = (text: string) => string;

const PLACEHOLDER = /\$\{([^{}]*)\}/g;
/** `${$}` is a dollar sign, so that `${$}{HOME}` becomes `${HOME}`. */
const DOLLAR = '$';
const TIMER_FIELDS = new Set([
  'id',
  'name',
  'agent_id',
  'team_id',
  'status',
  'fire_at',
  'fired_at',
  'created_at',
  'generation',
]);
const DELIVERY_FIELDS = new Set(['id', 'attempt', 'scheduled_at', 'drift_ms']);
const SECRET = /^secret\.([A-Za-z_][A-Za-z0-9_]{0,62})$/;

/**
 * The first placeholder in `value` that no timer could fill, or null. Strings are searched through the whole JSON value.
 * @param secrets whether those of the form `${secret.NAME}` count as known; not unless told
 */
export function findUnknownPlaceholder(
  value: JsonValue,
  { secrets = false }: { secrets?: boolean } = {},
): string | null {
  for (const text of strings(value)) {
    for (const [whole, path = ''] of placeholdersOf(text)) {
      const known = isKnown(path.trim()) || (secrets && SECRET.test(path.trim()));
      if (!known) return whole;
    }
  }
  return null;
}

/** The names in the placeholders `${secret.NAME}` of a text. */
export function findSecrets(text: string): string[] {
  return placeholdersOf(text).flatMap(([, path = '']) => SECRET.exec(path.trim())?.[1] ?? []);
}

/**
 * Fills the placeholders of every string in `value`. A path that names nothing here (a label or metadata key that this
 * timer lacks) becomes empty text; a non-text value becomes its JSON. Keys of objects stay as they are.
 * @param encode makes a filled-in text fit for where it goes, such as a URL
 */
export function render<T extends JsonValue>(value: T, scope: TemplateScope, encode?: Encode): T;
export function render(value: JsonValue, scope: TemplateScope, encode: Encode = asIs): JsonValue {
  if (typeof value === 'string')
    return replacePlaceholders(value, (path) => encode(placeholderValue(path, scope)));
  if (Array.isArray(value)) return value.map((item) => render(item, scope, encode));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, render(item, scope, encode)]));
  }
  return value;
}

/** Puts what `fill` answers in the place of each placeholder of a text. It gets the path, and the placeholder as it stands. */
export function replacePlaceholders(text: string, fill: (path: string, whole: string) => string): string {
  if (!text.includes('${')) return text;
  return text.replace(PLACEHOLDER, (whole, path: string) => fill(path.trim(), whole));
}

/** What a placeholder of this path is filled with. */
export function placeholderValue(path: string, scope: TemplateScope): string {
  if (path === DOLLAR) return DOLLAR;
  const found = resolve(scope, path.split('.'));
  if (found === undefined || found === null) return '';
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** Most texts have none, which is told at a glance. */
function placeholdersOf(text: string): RegExpExecArray[] {
  return text.includes('${') ? [...text.matchAll(PLACEHOLDER)] : [];
}

function asIs(text: string): string {
  return text;
}

function isKnown(path: string): boolean {
  if (path === 'timestamp' || path === DOLLAR) return true;
  const [root, field, ...rest] = path.split('.');
  if (root === 'delivery') return field !== undefined && DELIVERY_FIELDS.has(field) && rest.length === 0;
  if (root !== 'timer' || field === undefined) return false;
  if (field === 'metadata' || field === 'labels') return rest.length > 0 && rest.every((key) => key !== '');
  return TIMER_FIELDS.has(field) && rest.length === 0;
}

function resolve(value: JsonValue | undefined, keys: string[]): JsonValue | undefined {
  if (keys.length === 0 || value === undefined) return value;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  // A label key may hold dots itself, so the longest matching key wins.
  for (let taken = keys.length; taken > 0; taken--) {
    const key = keys.slice(0, taken).join('.');
    if (Object.hasOwn(value, key)) return resolve(value[key], keys.slice(taken));
  }
  return undefined;
}

function* strings(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* strings(item);
  else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) yield* strings(item);
}
