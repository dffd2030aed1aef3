import * as fc from 'fast-check';
import * as z from 'zod';
import { CLOSED_TARGETS } from './hostile.ts';

/** The part of JSON Schema that the API's document uses. */
export interface JsonSchema {
  $ref?: string | undefined;
  anyOf?: JsonSchema[] | undefined;
  oneOf?: JsonSchema[] | undefined;
  allOf?: JsonSchema[] | undefined;
  const?: unknown;
  enum?: unknown[] | undefined;
  example?: unknown;
  type?: string | string[] | undefined;
  format?: string | undefined;
  pattern?: string | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  items?: JsonSchema | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  propertyNames?: JsonSchema | undefined;
  additionalProperties?: JsonSchema | boolean | undefined;
}

export const JsonSchema: z.ZodType<JsonSchema> = z.looseObject({
  $ref: z.string().optional(),
  get anyOf() {
    return z.array(JsonSchema).optional();
  },
  get oneOf() {
    return z.array(JsonSchema).optional();
  },
  get allOf() {
    return z.array(JsonSchema).optional();
  },
  enum: z.array(z.unknown()).optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  get items() {
    return JsonSchema.optional();
  },
  get properties() {
    return z.record(z.string(), JsonSchema).optional();
  },
  required: z.array(z.string()).optional(),
  get propertyNames() {
    return JsonSchema.optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), JsonSchema]).optional();
  },
});

/** Schemas by the name that a `$ref` ends with. */
export type Schemas = Readonly<Record<string, JsonSchema>>;

const MAX_DEPTH = 6;
const MAX_ITEMS = 4;
const MAX_TEXT = 60;

/** Values that a schema admits, so far as the schema tells. URLs lead to ports of this machine where nobody listens. */
export function valuesOf(schema: JsonSchema, schemas: Schemas, depth = 0): fc.Arbitrary<unknown> {
  if (depth > MAX_DEPTH) return fc.constantFrom<unknown>(null, 1, 'deep');
  if (schema.$ref !== undefined) return valuesOf(resolve(schema.$ref, schemas), schemas, depth + 1);
  const values = plainValuesOf(schema, schemas, depth);
  if (schema.example === undefined || schema.format === 'uri') return values;
  return fc.oneof({ weight: 2, arbitrary: fc.constant(schema.example) }, { weight: 1, arbitrary: values });
}

function plainValuesOf(schema: JsonSchema, schemas: Schemas, depth: number): fc.Arbitrary<unknown> {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined)
    return fc.oneof(...alternatives.map((branch) => valuesOf(branch, schemas, depth + 1)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type) => valuesOf({ ...schema, type }, schemas, depth + 1)));
  }
  switch (schema.type) {
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000_000 });
    case 'number':
      return fc.oneof(
        fc.integer({ min: 1, max: 100_000_000 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      );
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, schemas, depth + 1), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? MAX_ITEMS, MAX_ITEMS),
      });
    case 'object':
      return objectsOf(schema, schemas, depth);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function textsOf({ format, pattern, minLength = 0, maxLength = MAX_TEXT }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uri') return fc.constantFrom(...CLOSED_TARGETS);
  if (format === 'date-time') {
    const dates = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    return fc.oneof(
      dates.map((date) => date.toISOString()),
      fc.constantFrom('0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999-23:59'),
    );
  }
  const size = { minLength, maxLength: Math.min(maxLength, MAX_TEXT) };
  return pattern === undefined
    ? fc.string({ unit: 'grapheme', ...size })
    : fc.stringMatching(new RegExp(pattern), { size: '-1' });
}

function objectsOf(schema: JsonSchema, schemas: Schemas, depth: number): fc.Arbitrary<object> {
  const {
    properties = {},
    required = [],
    additionalProperties = true,
    propertyNames = { type: 'string' },
  } = schema;
  const known = Object.entries(properties).map(
    ([name, value]) => [name, valuesOf(value, schemas, depth + 1)] as const,
  );
  const fixed = fc.record<Record<string, unknown>>(Object.fromEntries(known), { requiredKeys: required });
  if (additionalProperties === false || known.length > 0) return fixed;
  const rest = additionalProperties === true ? {} : additionalProperties;
  return fc.dictionary(
    valuesOf(propertyNames, schemas, depth + 1).map(String),
    valuesOf(rest, schemas, depth + 1),
    {
      maxKeys: MAX_ITEMS,
    },
  );
}

function resolve(ref: string, schemas: Schemas): JsonSchema {
  const name = ref.slice(ref.lastIndexOf('/') + 1);
  const schema = schemas[name];
  if (schema === undefined) throw new Error(`the document refers to ${ref}, which it lacks`);
  return schema;
}
