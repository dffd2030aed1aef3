import * as z from 'zod';
import * as k from '../api-keys.ts';
import type { Operation } from './operation.ts';

const keyParams = z.strictObject({ id: k.ApiKeyId });

export const apiKeyOperations = {
  listApiKeys: {
    method: 'GET',
    path: '/v1/api-keys',
    tag: 'teams',
    scope: 'teams:admin',
    summary: 'List the API keys, without the keys themselves',
    status: 200,
    output: k.ApiKeyList,
    errors: [],
  },
  createApiKey: {
    method: 'POST',
    path: '/v1/api-keys',
    tag: 'teams',
    scope: 'teams:admin',
    summary: 'Make an API key, which is shown once',
    body: k.CreateApiKeyRequest,
    status: 201,
    output: k.CreatedApiKey,
    shownOnce: ['key'],
    errors: ['team_full'],
  },
  rotateApiKey: {
    method: 'POST',
    path: '/v1/api-keys/{id}/rotate',
    tag: 'teams',
    scope: 'teams:admin',
    summary: 'Make another key in the place of one, which goes on working for a while',
    params: keyParams,
    body: k.RotateApiKeyRequest,
    bodyOptional: true,
    status: 201,
    output: k.CreatedApiKey,
    shownOnce: ['key'],
    errors: ['not_found', 'invalid_state', 'team_full'],
  },
  revokeApiKey: {
    method: 'DELETE',
    path: '/v1/api-keys/{id}',
    tag: 'teams',
    scope: 'teams:admin',
    summary: 'End an API key, everywhere within half a minute',
    params: keyParams,
    status: 200,
    output: k.ApiKey,
    errors: ['not_found', 'invalid_state'],
  },
} as const satisfies Record<string, Operation>;
