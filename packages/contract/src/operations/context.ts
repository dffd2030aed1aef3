import * as z from 'zod';
import { ContextEntry, ContextKey, ContextList, SetContextRequest } from '../context.ts';
import type { Operation } from './operation.ts';

const contextParams = z.strictObject({ key: ContextKey });

export const contextOperations = {
  listContext: {
    method: 'GET',
    path: '/v1/context',
    tag: 'context',
    scope: 'context:read',
    summary: 'Read all facts that conditions can ask for',
    status: 200,
    output: ContextList,
    errors: [],
  },
  getContext: {
    method: 'GET',
    path: '/v1/context/{key}',
    tag: 'context',
    scope: 'context:read',
    summary: 'Read a fact',
    params: contextParams,
    status: 200,
    output: ContextEntry,
    errors: ['not_found'],
  },
  setContext: {
    method: 'PUT',
    path: '/v1/context/{key}',
    tag: 'context',
    scope: 'context:write',
    summary: 'Set a fact, for conditions that are judged from now on',
    params: contextParams,
    body: SetContextRequest,
    status: 200,
    output: ContextEntry,
    errors: ['context_full'],
  },
  deleteContext: {
    method: 'DELETE',
    path: '/v1/context/{key}',
    tag: 'context',
    scope: 'context:write',
    summary: 'Remove a fact',
    params: contextParams,
    status: 200,
    output: ContextEntry,
    errors: ['not_found'],
  },
} as const satisfies Record<string, Operation>;
