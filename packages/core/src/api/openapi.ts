import { OPERATIONS, type Operation } from '@minoots/contract';
import * as z from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiParameterObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiRequestBodyObject,
} from 'zod-openapi';
import { BODY_EXAMPLES } from './openapi-examples.ts';
import { responsesOf, takesIdempotencyKey } from './openapi-responses.ts';

export interface OpenApiOptions {
  version: string;
  /** Whether the server has this operation. */
  has: (operationId: string) => boolean;
}

const DESCRIPTION = `Timers that fire on time, for programs that cannot be trusted to stay alive.

Errors are problem documents (RFC 9457) with a stable \`code\`. Every answer carries \`X-Request-Id\`, the one that the
request gave or a new one. A POST with credentials and an \`Idempotency-Key\` is carried out once: its first answer is given
again for 24 hours, marked \`Idempotent-Replayed: true\`. Where that answer held a secret, which is shown once, a repeat is
refused with \`shown_once\` instead.`;

/** The OpenAPI 3.1 document of the API, as JSON text. */
export function openApiDocument({ version, has }: OpenApiOptions): string {
  const document = createDocument({
    openapi: '3.1.1',
    info: {
      title: 'MINOOTS',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'timers', description: 'Create timers, follow them and change them' },
      { name: 'schedules', description: 'Timers made over and over by a plan' },
      { name: 'deliveries', description: 'What fired timers did, attempt by attempt' },
      { name: 'runners', description: 'Programs that carry out commands and write files' },
      {
        name: 'agents',
        description: 'Messages to agents, kept until they are acknowledged, and what agents may use',
      },
      { name: 'endpoints', description: 'URLs that keep failing, and what is sent to them' },
      { name: 'billing', description: 'Plans of teams, and what they pay for' },
      { name: 'context', description: 'Facts of the team that conditions ask for' },
      { name: 'secrets', description: 'What receivers know the service by, written and never read' },
      { name: 'teams', description: 'Who asks, who may do what, and the keys that act for a team' },
      { name: 'events', description: 'What happens to timers, as it happens' },
      { name: 'service', description: 'The service itself' },
    ],
    security: [{ bearer: [] }, { apiKey: [] }],
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, or the ID token of a person, as bearer token',
        },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'An API key' },
      },
    },
    paths: pathsOf(Object.entries(OPERATIONS).filter(([id]) => has(id))),
  });
  return JSON.stringify(document);
}

function pathsOf(operations: [string, Operation][]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const [id, operation] of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(id, operation),
    };
  }
  return paths;
}

function describe(id: string, operation: Operation): ZodOpenApiOperationObject {
  const { summary, tag, scope, params, query, body } = operation;
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...whatItTakes(scope),
    requestParams: {
      ...(params instanceof z.ZodObject ? { path: params } : {}),
      ...(query instanceof z.ZodObject ? { query } : {}),
    },
    parameters: extraParameters(id, operation),
    ...(body === undefined ? {} : { requestBody: requestBody(id, operation, body) }),
    responses: responsesOf(id, operation),
  };
}

function whatItTakes(scope: Operation['scope']): Pick<ZodOpenApiOperationObject, 'security' | 'description'> {
  if (scope === null) return { security: [] };
  return { description: scope === 'any' ? 'Needs no scope.' : `Needs the scope \`${scope}\`.` };
}

function requestBody(
  id: string,
  { bodyOptional }: Operation,
  schema: z.ZodType,
): ZodOpenApiRequestBodyObject {
  const examples = BODY_EXAMPLES[id];
  return {
    required: bodyOptional !== true,
    content: { 'application/json': { schema, ...(examples === undefined ? {} : { examples }) } },
  };
}

function extraParameters(id: string, { method, scope }: Operation): ZodOpenApiParameterObject[] {
  const parameters: ZodOpenApiParameterObject[] = [];
  if (scope !== null) {
    parameters.push(
      header(
        'Minoots-Team',
        'The team that the request is for, by slug or id; otherwise that of the key, or the personal one',
      ),
    );
  }
  if (takesIdempotencyKey({ method, scope })) {
    parameters.push(
      header('Idempotency-Key', 'Carries this request out once, however often it is sent', {
        minLength: 1,
        maxLength: 255,
      }),
    );
  }
  if (id === 'updateTimer')
    parameters.push(header('If-Match', 'Change the timer only if this is still its ETag'));
  if (id === 'streamEvents')
    parameters.push(
      header('Last-Event-ID', 'Begin after this event; `stream.reset` comes first where that cannot be done'),
    );
  if (id === 'listTimers') {
    parameters.push({
      in: 'query',
      name: 'label.KEY',
      description: 'Only timers whose label KEY has this value; may be given for several keys',
      schema: { type: 'string', maxLength: 200 },
    });
  }
  return parameters;
}

function header(
  name: string,
  description: string,
  limits: { minLength?: number; maxLength?: number } = {},
): ZodOpenApiParameterObject {
  return { in: 'header', name, description, schema: { type: 'string', ...limits } };
}
