import * as z from 'zod';
import { JsonSchema, type Schemas } from './schema.ts';

const Parameter = z.looseObject({
  in: z.enum(['path', 'query', 'header']),
  name: z.string(),
  schema: JsonSchema,
});
const Example = z.looseObject({ value: z.unknown() });
const Content = z.looseObject({ schema: JsonSchema, examples: z.record(z.string(), Example).default({}) });
const DescribedOperation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(Parameter).default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), Content) }).optional(),
  responses: z.record(z.string(), z.unknown()),
});
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), DescribedOperation)),
  components: z.looseObject({ schemas: z.record(z.string(), JsonSchema) }),
});

/** What the served document tells of one operation. */
export interface Described {
  method: string;
  path: string;
  parameters: z.output<typeof Parameter>[];
  /** Absent where the operation takes no body. */
  body: JsonSchema | undefined;
  /** Bodies that it gives as examples. */
  examples: unknown[];
  /** Statuses that it says it can answer. */
  statuses: Set<number>;
  schemas: Schemas;
}

/** Reads `/openapi.json` into its operations, by id. */
export function readDocument(json: unknown): Map<string, Described> {
  const { paths, components } = Document.parse(json);
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, described]): [string, Described] => {
      const body = described.requestBody?.content['application/json'];
      return [
        described.operationId,
        {
          method: method.toUpperCase(),
          path,
          parameters: described.parameters,
          body: body?.schema,
          examples: Object.values(body?.examples ?? {}).map(({ value }) => value),
          statuses: new Set(Object.keys(described.responses).map(Number)),
          schemas: components.schemas,
        },
      ];
    }),
  );
  return new Map(operations);
}
