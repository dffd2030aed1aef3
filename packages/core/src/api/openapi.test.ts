import { describe, expect, it } from '@jest/globals';
import { OPERATIONS, type Operation } from '@minoots/contract';
import { compileErrors, validate } from '@readme/openapi-parser';
import * as z from 'zod';
import { type ApiDeps, createApi } from './app.ts';
import { fakeEngine } from './fake-engine.ts';

const Document = z.looseObject({
  openapi: z.literal('3.1.1'),
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        parameters: z.array(z.looseObject({ name: z.string() })).default([]),
        responses: z.record(z.string(), z.looseObject({ $ref: z.string().optional() })),
      }),
    ),
  ),
  components: z.looseObject({
    responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.unknown()) })),
  }),
});

async function served(overrides: Partial<ApiDeps> = {}) {
  const response = await createApi(fakeEngine(overrides)).request('/openapi.json');
  return Document.parse(await response.json());
}

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const response = await createApi(fakeEngine()).request('/openapi.json');
    const result = await validate(JSON.parse(await response.text()));
    expect(result.valid ? '' : compileErrors(result)).toBe('');
  });

  it('holds every operation of the contract', async () => {
    const { paths } = await served({ advanceClock: async () => 0 });
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(ids.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  });

  it('leaves the virtual clock out on real time', async () => {
    expect(Object.keys((await served()).paths)).not.toContain('/v1/clock/advance');
  });

  it('has an Idempotency-Key for every POST with credentials, and no other: without them nobody has keys', async () => {
    const { paths } = await served({ advanceClock: async () => 0 });
    const takeKeys = Object.values(paths)
      .flatMap((item) => Object.values(item))
      .filter(({ parameters }) => parameters.some(({ name }) => name === 'Idempotency-Key'));
    const posts = Object.entries<Operation>(OPERATIONS).filter(
      ([, { method, scope }]) => method === 'POST' && scope !== null,
    );
    expect(takeKeys.map(({ operationId }) => operationId).sort()).toEqual(posts.map(([id]) => id).sort());
    for (const { method, path } of [OPERATIONS.receivePayment, OPERATIONS.createSession]) {
      const { $ref } = paths[path]?.[method.toLowerCase()]?.responses['422'] ?? {};
      expect($ref ?? '').not.toContain('idempotency');
    }
  });

  it('tells of every failure as a problem document', async () => {
    const { paths, components } = await served();
    const responses = paths['/v1/timers']?.post?.responses ?? {};
    for (const [status, { $ref = '' }] of Object.entries(responses)) {
      if (Number(status) < 400) continue;
      const content = components.responses[$ref.replace('#/components/responses/', '')]?.content ?? {};
      expect(Object.keys(content)).toEqual(['application/problem+json']);
    }
    expect(Object.keys(responses)).toEqual([
      '200',
      '201',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
  });
});
