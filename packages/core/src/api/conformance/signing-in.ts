import { describe, expect, it } from '@jest/globals';
import { ApiKey, ApiKeyList, CreatedApiKey, Me, SignInLink } from '@minoots/contract';
import { ApiClient, pointers } from './client.ts';
import { peopleHelp } from './people.ts';
import type { Suite } from './suite.ts';

const LINK_MS = 300_000;
const HOUR_MS = 3_600_000;

/** One-time links by which the owner of a server signs in; elsewhere people sign in by an identity service. */
export function signingInByLinks(suite: Suite): void {
  const { api, server, hasOwner } = suite;
  const { signIn } = peopleHelp(suite);
  const itOfOwners = hasOwner ? it : it.skip;
  const itOfOthers = hasOwner ? it.skip : it;
  const withKey = (key: string) => new ApiClient({ baseUrl: server().baseUrl, key });
  /** Without credentials. */
  const exchange = (code: string) => withKey('').call('POST', '/v1/sessions', { body: { code } });
  const refused = (code: string) => withKey('').refusal(422, 'POST', '/v1/sessions', { body: { code } });

  describe('sign-in links', () => {
    it('are refused to people who sign in by an identity service', async () => {
      const { api: ann } = await signIn('ann');
      const problem = await ann.refusal(422, 'POST', '/v1/sign-in-links');
      expect(problem.code).toBe('sign_in_links_unavailable');
    });

    it('give nothing for a code that none has', async () => {
      const code = hasOwner ? 'sign_in_link_invalid' : 'sign_in_links_unavailable';
      expect(await refused('mnt_signin_wrong')).toMatchObject({ code });
    });

    it('want a code', async () => {
      const problem = await withKey('').refusal(400, 'POST', '/v1/sessions', { body: {} });
      expect(pointers(problem)).toEqual(['/code']);
    });

    itOfOthers('are for no key', async () => {
      const problem = await api().refusal(403, 'POST', '/v1/sign-in-links');
      expect(problem).toMatchObject({ code: 'forbidden', required_scope: 'account' });
    });
  });

  const link = async (body?: object) => {
    const made = await api().read(SignInLink, 201, 'POST', '/v1/sign-in-links', { body });
    return { ...made, code: new URLSearchParams(new URL(made.url).hash.slice(1)).get('code') ?? '' };
  };
  const begin = async (body?: object) => {
    const { code } = await link(body);
    return withKey('').read(CreatedApiKey, 201, 'POST', '/v1/sessions', { body: { code } });
  };
  const revoke = (id: string) => api().read(ApiKey, 200, 'DELETE', `/v1/api-keys/${id}`);
  const statusOf = async (key: string) => (await withKey(key).call('GET', '/v1/me')).status;

  describe('a sign-in link of the owner', () => {
    itOfOwners('names the page, with a long code in the fragment alone', async () => {
      const { url, code } = await link();
      const { origin, pathname, search } = new URL(url);
      expect([origin, pathname, search]).toEqual([server().baseUrl, '/dashboard', '']);
      expect(code).toMatch(/^mnt_signin_[0-9A-Za-z]{44}$/);
    });

    itOfOwners('signs the owner in, by a key that is listed and ends by itself', async () => {
      const { key, ...session } = await begin();
      const mine = await withKey(key).get(Me, '/v1/me');
      expect(mine).toEqual(await api().get(Me, '/v1/me'));
      expect(session).toMatchObject({ name: 'dashboard', status: 'active', created_by: mine.id });
      const lasting = Date.parse(session.expires_at ?? '') - Date.parse(session.created_at);
      expect(lasting).toBe(12 * HOUR_MS);
      const { data } = await api().get(ApiKeyList, '/v1/api-keys');
      expect(data.map(({ id }) => id)).toContain(session.id);
      await server().advance(12 * HOUR_MS);
      expect(await statusOf(key)).toBe(401);
    });

    itOfOwners('signs in once, whoever asks at the same time', async () => {
      const { code } = await link();
      const replies = await Promise.all(Array.from({ length: 20 }, () => exchange(code)));
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(replies.filter(({ status }) => status === 422)).toHaveLength(19);
      expect(await refused(code)).toMatchObject({ code: 'sign_in_link_invalid', retryable: false });
    });

    itOfOwners('holds for five minutes', async () => {
      const [early, late] = [await link(), await link()];
      await server().advance(LINK_MS - 1);
      expect((await exchange(early.code)).status).toBe(201);
      await server().advance(1);
      expect(await refused(late.code)).toMatchObject({ code: 'sign_in_link_invalid' });
    });

    itOfOwners('begins a session as long as it was asked for', async () => {
      const { key, id } = await begin({ session: '1h' });
      await server().advance(HOUR_MS - 1);
      expect(await statusOf(key)).toBe(200);
      await server().advance(1);
      expect(await statusOf(key)).toBe(401);
      expect((await revoke(id)).status).toBe('revoked');
      for (const session of ['1s', '31d', 'long']) {
        const problem = await api().refusal(400, 'POST', '/v1/sign-in-links', { body: { session } });
        expect(pointers(problem)).toEqual(['/session']);
      }
    });

    itOfOwners('is shown once under the same Idempotency-Key', async () => {
      const headers = { 'idempotency-key': 'one-link' };
      await api().read(SignInLink, 201, 'POST', '/v1/sign-in-links', { headers });
      const again = await api().refusal(409, 'POST', '/v1/sign-in-links', { headers });
      expect(again.code).toBe('shown_once');
    });
  });

  describe('a session of the owner', () => {
    itOfOwners('ends at once when it is signed out, by itself or by another', async () => {
      const [mine, other] = [await begin(), await begin()];
      for (const { id } of [other, mine])
        await withKey(mine.key).read(ApiKey, 200, 'DELETE', `/v1/api-keys/${id}`);
      expect([await statusOf(mine.key), await statusOf(other.key)]).toEqual([401, 401]);
    });

    itOfOwners('is never rotated', async () => {
      const { id } = await begin();
      const problem = await api().refusal(409, 'POST', `/v1/api-keys/${id}/rotate`);
      expect(problem).toMatchObject({ code: 'invalid_state', detail: expect.stringContaining('session') });
      await revoke(id);
    });

    itOfOwners('takes no more scopes along than keys have', async () => {
      const { id, key } = await begin();
      const body = { name: 'x', scopes: ['account'] };
      await withKey(key).refusal(400, 'POST', '/v1/api-keys', { body });
      await revoke(id);
    });
  });
}
