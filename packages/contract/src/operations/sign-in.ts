import { CreatedApiKey } from '../api-keys.ts';
import * as s from '../sign-in.ts';
import type { Operation } from './operation.ts';

export const signInOperations = {
  createSignInLink: {
    method: 'POST',
    path: '/v1/sign-in-links',
    tag: 'teams',
    scope: 'account',
    summary: 'Make a link that signs the owner of this server in to its dashboard, once within five minutes',
    body: s.CreateSignInLinkRequest,
    bodyOptional: true,
    status: 201,
    output: s.SignInLink,
    shownOnce: ['url'],
    errors: ['sign_in_links_unavailable'],
  },
  createSession: {
    method: 'POST',
    path: '/v1/sessions',
    tag: 'teams',
    scope: null,
    summary: 'Take the code of a sign-in link for a key that ends by itself',
    body: s.CreateSessionRequest,
    status: 201,
    output: CreatedApiKey,
    errors: [
      'sign_in_link_invalid',
      'sign_in_links_unavailable',
      'rate_limited',
      'storage_unavailable',
      'shutting_down',
    ],
  },
} as const satisfies Record<string, Operation>;
