import * as fc from 'fast-check';

/** Valid URLs of this machine where nobody listens, in forms that parsers disagree about. */
export const CLOSED_TARGETS = [
  'http://127.0.0.1:1/',
  'http://127.0.0.1:1/hooks/${timer.id}?name=${timer.name}',
  'http://user:pass@127.0.0.1:1/',
  'http://0x7f000001:1/',
  'http://2130706433:1/a%20b',
  'http://[::1]:1/',
  'http://[::ffff:127.0.0.1]:1/',
] as const;

const DEEP = '['.repeat(70) + ']'.repeat(70);

/** Values that break careless code, whatever was expected in their place. */
export const hostileValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -0,
    -1,
    1.5,
    1e21,
    1e308,
    -1e308,
    5e-324,
    2 ** 53 + 2,
    '',
    ' ',
    '0',
    '-1',
    'null',
    'NaN',
    '1e999s',
    '-PT5M',
    'P1Y',
    'PT',
    '99999999999999999999w',
    '9999-12-31T23:59:59Z',
    '2030-02-30T00:00:00Z',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff\ud800',
    '\u202etxt',
    '\ufeff',
    'İ',
    '🦊'.repeat(100),
    'a'.repeat(70_000),
    'é'.repeat(300),
    '__proto__',
    'constructor',
    'toString',
    '${timer.id}',
    '${',
    '${}',
    '${timer.metadata.__proto__}',
    '${process.env}',
    "'; DROP TABLE timers; --",
    '%00',
    '../../etc/passwd',
    'http://',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://[::1',
    'http://127.0.0.1:99999/',
    {},
    [],
    [[]],
    [null],
    { toString: 1 },
    { length: -1 },
    { constructor: { prototype: { polluted: true } } },
    { '': '' },
    { 'a/b~c': 1 },
    JSON.parse(DEEP),
    JSON.parse('{"__proto__":{"polluted":true}}'),
  ),
  fc.jsonValue(),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.double(),
);

/** Bodies that are no JSON, or none that anyone should trust. */
export const junkBodies: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '{',
    '[',
    '}',
    '{"name":',
    'null',
    '0',
    '"text"',
    '\ufeff{}',
    '{}{}',
    "{'a':1}",
    '{"a":NaN}',
    '{"a":1e999}',
    'a=1&b=2',
    '{"a":1,"a":2}',
    '{"\\ud800":1}',
    `{"name":"a","metadata":${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}}`,
    `"${'x'.repeat(1_100_000)}"`,
    '['.repeat(200_000),
    '\u0000',
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json(),
);

/** Header values that HTTP can carry and nobody expects. */
export const hostileHeaders: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'content-encoding',
    'accept',
    'accept-encoding',
    'idempotency-key',
    'if-match',
    'if-none-match',
    'last-event-id',
    'minoots-team',
    'x-request-id',
    'authorization',
    'x-api-key',
    'x-forwarded-for',
    'range',
    'cookie',
  ),
  fc.oneof(
    fc.constantFrom(
      '',
      '*',
      '"',
      '"1',
      'W/"1"',
      '"99999999999999999999"',
      '1',
      '-1',
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'application/json; charset=utf-16',
      'text/html',
      'gzip',
      'identity',
      'Bearer',
      'Bearer ',
      'Bearer é',
      'Basic Og==',
      'é',
      '\u00ff',
      'a'.repeat(2_000),
      '__proto__',
      'bytes=0-1',
      '../..',
      '${timer.id}',
    ),
    fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      maxLength: 300,
    }),
  ),
  { maxKeys: 3 },
);

/** Replaces, adds or removes something somewhere in a JSON value. */
export function mutations(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(values, fc.nat(), hostileValues, fc.constantFrom('replace', 'remove', 'add')).map(mutate);
}

function mutate([original, choice, hostile, way]: [
  unknown,
  number,
  unknown,
  'replace' | 'remove' | 'add',
]): unknown {
  const value: unknown = structuredClone(original);
  const places = placesIn(value);
  const place = places[choice % (places.length + 1)];
  if (place === undefined) return hostile;
  const { holder, key } = place;
  if (way === 'remove') delete holder[key];
  else if (way === 'add') holder[`${key}x`] = hostile;
  else holder[key] = hostile;
  return value;
}

interface Place {
  holder: Record<string, unknown>;
  key: string;
}

function placesIn(value: unknown): Place[] {
  if (!isHolder(value)) return [];
  return Object.keys(value).flatMap((key) => [{ holder: value, key }, ...placesIn(value[key])]);
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
