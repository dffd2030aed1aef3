import { beforeEach, describe, expect, it } from '@jest/globals';
import { Problem, Scope, SignInLink } from '@minoots/contract';
import type { Hono } from 'hono';
import { memorySignInLinkStore } from '../testing/memory-sign-in-link-store.ts';
import { samplePerson } from '../testing/sample-team.ts';
import { createApi } from './app.ts';
import { fakeEngine } from './fake-engine.ts';

const GUESSES = 3;
const OWNER = samplePerson('owner');

describe('codes of sign-in links', () => {
  let api: Hono;
  beforeEach(() => {
    const scopes = new Set(Scope.options);
    const owner = {
      type: 'user',
      id: OWNER.userId,
      teamId: 'team',
      scopes,
      role: 'owner',
      person: OWNER,
    } as const;
    api = createApi(
      fakeEngine({
        authenticator: { authenticate: async () => owner },
        signIn: {
          links: memorySignInLinkStore(),
          owner: { userId: OWNER.userId, teamId: 'team' },
          page: '/dashboard',
        },
        addressOf: (c) => c.req.header('x-address') ?? null,
        guessesPerMinute: GUESSES,
      }),
    );
  });

  const exchange = (code: string, address = '192.0.2.1') =>
    api.request('/v1/sessions', {
      method: 'POST',
      headers: { 'x-address': address },
      body: JSON.stringify({ code }),
    });
  async function code(): Promise<string> {
    const headers = { authorization: 'Bearer owner' };
    const response = await api.request('/v1/sign-in-links', { method: 'POST', headers });
    const { url } = SignInLink.parse(await response.json());
    return new URLSearchParams(new URL(url).hash.slice(1)).get('code') ?? '';
  }

  it('are counted by address when they are wrong or used, and a good one is never refused for it', async () => {
    const used = await code();
    expect((await exchange(used)).status).toBe(201);
    const statuses: number[] = [];
    for (const wrong of [used, 'a guess', used, 'a guess']) statuses.push((await exchange(wrong)).status);
    expect(statuses).toEqual([422, 422, 422, 429]);
    const refusal = await exchange('a guess');
    expect(refusal.headers.has('retry-after')).toBe(true);
    expect(Problem.parse(await refusal.json()).code).toBe('rate_limited');
    expect((await exchange('a guess', '192.0.2.2')).status).toBe(422);
    expect((await exchange(await code())).status).toBe(201);
  });

  it('say what to do where they are not good', async () => {
    const { detail } = Problem.parse(await (await exchange('a guess')).json());
    expect(detail).toContain('minoots dashboard');
  });
});
