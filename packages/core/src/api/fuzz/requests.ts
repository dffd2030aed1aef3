import * as fc from 'fast-check';
import type { Described } from './document.ts';
import { CLOSED_TARGETS, hostileHeaders, hostileValues, junkBodies, mutations } from './hostile.ts';
import { valuesOf } from './schema.ts';

/** One request, ready to send. */
export interface FuzzRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Ids that the server has, by the name of their schema, so that not every request ends at 404. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

/**
 * Requests of an operation, from those that its description admits to those that nothing does.
 */
export function requestsOf(operation: Described, knownIds: KnownIds): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      path: pathsOf(operation, knownIds),
      query: queriesOf(operation),
      headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: hostileHeaders }),
      body: bodiesOf(operation),
    })
    .map(({ path, query, headers, body }) => ({
      method: operation.method,
      path: `${path}${query}`,
      headers,
      body,
    }));
}

function pathsOf({ path, parameters, schemas }: Described, knownIds: KnownIds): fc.Arbitrary<string> {
  const ids = parameters
    .filter((parameter) => parameter.in === 'path')
    .map(({ schema }) =>
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.constantFrom(...(knownIds[schema.$ref?.split('/').at(-1) ?? ''] ?? ['unknown'])),
        },
        { weight: 1, arbitrary: valuesOf(schema, schemas).map(String).filter(isSegment) },
        { weight: 1, arbitrary: hostileTexts.filter(isSegment) },
      ),
    );
  return fc.tuple(...ids).map((values) => {
    let next = 0;
    return path.replaceAll(/\{\w+\}/g, () => encode(values[next++] ?? ''));
  });
}

/** Whether a text can stand in a path at all: it would be another path otherwise. */
function isSegment(text: string): boolean {
  return !/^\.{0,2}$/.test(text);
}

function queriesOf({ parameters, schemas }: Described): fc.Arbitrary<string> {
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) =>
      fc.tuple(
        fc.constant(name),
        fc.oneof(
          { weight: 2, arbitrary: valuesOf(schema, schemas).map(String) },
          { weight: 1, arbitrary: hostileTexts },
        ),
      ),
    );
  const odd = fc.tuple(
    fc.oneof(hostileTexts, fc.constantFrom('__proto__', 'constructor', 'label.', 'label.a b', 'limit[]')),
    hostileTexts,
  );
  const asked = pairs.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...pairs), { maxLength: 3 });
  return fc
    .tuple(
      asked,
      fc.oneof(
        { weight: 5, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(odd, { maxLength: 2 }) },
      ),
    )
    .map(([given, strange]) =>
      [...given, ...strange].map(([name, value]) => `${encode(name)}=${encode(value)}`),
    )
    .map((parts) => (parts.length === 0 ? '' : `?${parts.join('&')}`));
}

function bodiesOf({ method, body, examples, schemas }: Described): fc.Arbitrary<string | undefined> {
  if (method === 'GET') return fc.constant(undefined);
  if (body === undefined) return fc.option(junkBodies, { nil: undefined, freq: 4 });
  const generated = fc
    .tuple(valuesOf(body, schemas), fc.nat())
    .map(([value, choice]) => keepOneTime(value, choice));
  const harmless = examples.map(aimAtNobody);
  const valid = harmless.length === 0 ? generated : fc.oneof(generated, fc.constantFrom(...harmless));
  return fc.oneof(
    { weight: 4, arbitrary: valid.map(toText) },
    { weight: 4, arbitrary: mutations(valid).map(toText) },
    { weight: 1, arbitrary: hostileValues.map(toText) },
    { weight: 1, arbitrary: junkBodies },
  );
}

/** A schema cannot say that a timer takes one time only, so most of what it admits would be refused for that. */
function keepOneTime(value: unknown, choice: number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const times = Object.keys(value).filter((key) => /^(duration|fire_at|fire_at_local|timezone)$/.test(key));
  const kept = times[choice % times.length];
  return Object.fromEntries(Object.entries(value).filter(([key]) => !times.includes(key) || key === kept));
}

function aimAtNobody(example: unknown): unknown {
  return JSON.parse(toText(example).replaceAll('https://example.com/', CLOSED_TARGETS[0]));
}

const hostileTexts = hostileValues.map((value) =>
  (typeof value === 'string' ? value : toText(value)).slice(0, 4_000),
);

function toText(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

/** Percent-encodes even what is no valid text, byte for byte of its UTF-8 form, and some things malformed. */
function encode(text: string): string {
  return text === '%00' ? text : encodeURIComponent(text.toWellFormed());
}
