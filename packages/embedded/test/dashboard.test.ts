import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CreatedApiKey, Me, SignInLink } from '@minoots/contract';
import { ApiClient } from '@minoots/core/testing';
import { type RunningServer, startServer } from '../src/index.ts';
import { OidcProvider } from './support/oidc-provider.ts';
import { makeTempFolder } from './support/temp-folder.ts';

const FILES = new URL('../src/dashboard/', import.meta.url);

describe('the dashboard of the embedded engine', () => {
  let folder: Awaited<ReturnType<typeof makeTempFolder>>;
  let server: RunningServer;
  const start = async (fields: object = {}) => {
    server = await startServer({
      ...{ port: 0, host: '127.0.0.1', home: folder.folder, logLevel: 'silent' },
      ...fields,
    });
  };
  const owner = () => new ApiClient({ baseUrl: server.url, key: server.apiKey });
  const withKey = (key: string) => new ApiClient({ baseUrl: server.url, key });
  const link = async (api: ApiClient) => {
    const { url } = await api.read(SignInLink, 201, 'POST', '/v1/sign-in-links');
    return new URL(url).hash.slice('#code='.length);
  };
  const begin = (code: string) =>
    withKey('').read(CreatedApiKey, 201, 'POST', '/v1/sessions', { body: { code } });
  beforeEach(async () => {
    folder = await makeTempFolder();
    await start();
  });
  afterEach(async () => {
    await server.close();
    await folder.remove();
  });

  it('is served from this machine alone, with a policy that lets nothing else in', async () => {
    const names = (await readdir(FILES)).filter((name) => !/\.test\.ts$|^tsconfig\.json$/.test(name));
    const paths = names.map((name) => (name === 'index.html' ? '/dashboard' : `/dashboard/${name}`));
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths) {
      const { status, headers, text } = await withKey('').send(path);
      expect([path, status]).toEqual([path, 200]);
      const policy = headers.get('content-security-policy');
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).not.toContain('unsafe');
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
      expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write| on\w+="| style="/);
    }
  });

  it.each([
    '/dashboard/tsconfig.json',
    '/dashboard/format.test.ts',
    '/dashboard/..%2fserver.ts',
    '/dashboard/x',
  ])('has nothing at %s', async (path) => {
    expect((await withKey('').send(path)).status).toBe(404);
  });

  it('takes links and sessions over to the next start, and no link twice', async () => {
    const [first, second] = [await link(owner()), await link(owner())];
    const { key } = await begin(first);
    await server.close();
    await start();
    expect((await withKey(key).get(Me, '/v1/me')).id).toBe('usr_owner');
    const again = await withKey('').refusal(422, 'POST', '/v1/sessions', { body: { code: first } });
    expect(again.code).toBe('sign_in_link_invalid');
    expect((await begin(second)).status).toBe('active');
  });

  it('signs in the owner in every team, and no other owner of the local team', async () => {
    const provider = await OidcProvider.start();
    await server.close();
    await start({ oidc: provider });
    const token = await provider.signIn({ email: 'bob@example.com', emailVerified: true });
    const problem = await withKey(token).refusal(422, 'POST', '/v1/sign-in-links');
    expect(problem.code).toBe('sign_in_links_unavailable');
    const { key } = await begin(await link(owner()));
    await withKey(key).call('POST', '/v1/teams', { body: { name: 'Nights', slug: 'nights' } });
    const inNights = new ApiClient({ baseUrl: server.url, key }, 'nights');
    expect((await inNights.create()).team_id).toMatch(/^team_/);
    await provider.close();
  });

  it('gives a page of another origin nothing: it takes the key, which that page does not have', async () => {
    const headers = { origin: 'http://evil.example', host: 'evil.example', authorization: '' };
    const response = await withKey('').send('/v1/timers', { headers });
    expect(response.status).toBe(401);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
    const body = { code: await link(owner()) };
    const answer = await withKey('').call('POST', '/v1/sessions', { body });
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    expect(answer.headers.has('set-cookie')).toBe(false);
  });
});
