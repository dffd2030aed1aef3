import * as z from 'zod';
import { SecretEntry, SecretList, SecretName, SetSecretRequest } from '../secrets.ts';
import type { Operation } from './operation.ts';

const secretParams = z.strictObject({ name: SecretName });

export const secretOperations = {
  listSecrets: {
    method: 'GET',
    path: '/v1/secrets',
    tag: 'secrets',
    scope: 'secrets:write',
    summary: 'List the names of all secrets',
    status: 200,
    output: SecretList,
    errors: [],
  },
  setSecret: {
    method: 'PUT',
    path: '/v1/secrets/{name}',
    tag: 'secrets',
    scope: 'secrets:write',
    summary: 'Set a secret, which is never given back',
    params: secretParams,
    body: SetSecretRequest,
    status: 200,
    output: SecretEntry,
    errors: ['secrets_full', 'secrets_unavailable'],
  },
  deleteSecret: {
    method: 'DELETE',
    path: '/v1/secrets/{name}',
    tag: 'secrets',
    scope: 'secrets:write',
    summary: 'Remove a secret; actions that name it fail from then on',
    params: secretParams,
    status: 200,
    output: SecretEntry,
    errors: ['not_found'],
  },
} as const satisfies Record<string, Operation>;
