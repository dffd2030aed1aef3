import { describe, expect, it } from '@jest/globals';
import { AuditPage, ClaimedDomain, SingleSignOn } from '@minoots/contract';
import { type ApiClient, pointers } from './client.ts';
import { peopleHelp } from './people.ts';
import type { Suite } from './suite.ts';

let count = 0;

/** Domains that teams claim, and the provider by which their people sign in. */
export function signingInByOneProvider(suite: Suite): void {
  const { server } = suite;
  const { signIn, found, putOnPlan } = peopleHelp(suite);
  /** The owner of a team that may have single sign-on. */
  async function enterprise(): Promise<ApiClient> {
    const { api } = await signIn('sso');
    const owner = api.forTeam((await found(api)).slug);
    await putOnPlan(owner, 'enterprise');
    return owner;
  }
  /** No test meets another's domain. */
  const newDomain = () => `acme-${++count}.example`;
  const read = (owner: ApiClient) => owner.get(SingleSignOn, '/v1/team/sso');
  const claim = (owner: ApiClient, domain: string) =>
    owner.read(ClaimedDomain, 201, 'POST', '/v1/team/domains', { body: { domain } });
  const verifyPath = (domain: string) => `/v1/team/domains/${domain}/verify`;
  const verify = (owner: ApiClient, domain: string) =>
    owner.read(ClaimedDomain, 200, 'POST', verifyPath(domain));
  const drop = (owner: ApiClient, domain: string) =>
    owner.read(ClaimedDomain, 200, 'DELETE', `/v1/team/domains/${domain}`);
  const set = (owner: ApiClient, provider: string, role?: string) =>
    owner.read(SingleSignOn, 200, 'PUT', '/v1/team/sso', {
      body: { provider_id: provider, ...(role === undefined ? {} : { default_role: role }) },
    });
  /** Claims a domain and shows the text that proves it. */
  async function prove(owner: ApiClient, domain: string): Promise<void> {
    const { txt_name: name, txt_value: text } = await claim(owner, domain);
    server().publish(name, ['v=spf1 -all', text]);
    await verify(owner, domain);
  }

  describe('/v1/team/domains', () => {
    it('gives a text to show, the same one however often the domain is claimed', async () => {
      const owner = await enterprise();
      const domain = newDomain();
      const first = await claim(owner, domain.toUpperCase());
      expect(first).toMatchObject({ domain, txt_name: `_minoots-challenge.${domain}`, verified_at: null });
      expect(first.txt_value).toMatch(/^minoots-verification=\w{22}$/);
      expect(await claim(owner, domain)).toEqual(first);
      expect((await read(owner)).domains).toEqual([first]);
    });

    it('takes a domain for the team’s once the text is there, and stays with that', async () => {
      const owner = await enterprise();
      const domain = newDomain();
      const { txt_name: name, txt_value: text } = await claim(owner, domain);
      const early = await owner.refusal(422, 'POST', verifyPath(domain));
      expect([early.code, early.retryable]).toEqual(['domain_unverified', true]);
      server().publish(name, [`${text}0`]);
      expect((await owner.refusal(422, 'POST', verifyPath(domain))).detail).toMatch(/something else/);
      server().publish(name, ['another', text]);
      const verified = await verify(owner, domain);
      expect(verified.verified_at).not.toBeNull();
      server().publish(name, []);
      expect(await verify(owner, domain)).toEqual(verified);
    });

    it('gives a domain to one team, and to another once it is given up', async () => {
      const [first, second] = [await enterprise(), await enterprise()];
      const domain = newDomain();
      await prove(first, domain);
      const { txt_name: name, txt_value: text } = await claim(second, domain);
      server().publish(name, [text]);
      expect((await second.refusal(409, 'POST', verifyPath(domain))).code).toBe('domain_taken');
      expect((await drop(first, domain)).domain).toBe(domain);
      expect((await verify(second, domain)).verified_at).not.toBeNull();
      expect((await first.refusal(404, 'POST', verifyPath(domain))).code).toBe('not_found');
      expect((await read(first)).domains).toEqual([]);
    });

    it.each(['gmail.com', 'Outlook.COM', 'localhost', 'acme', '-acme.com', 'acme.com.', 'a@acme.com'])(
      'refuses %s',
      async (domain) => {
        const owner = await enterprise();
        const problem = await owner.refusal(400, 'POST', '/v1/team/domains', { body: { domain } });
        expect(pointers(problem)).toEqual(['/domain']);
      },
    );

    it('is for teams that several people are in, and that pay for it', async () => {
      const { api } = await signIn('sso');
      const body = { domain: newDomain() };
      const personal = await api.refusal(409, 'POST', '/v1/team/domains', { body });
      expect(personal.code).toBe('personal_team');
      const owner = api.forTeam((await found(api)).slug);
      await putOnPlan(owner, 'pro');
      const problem = await owner.refusal(403, 'POST', '/v1/team/domains', { body });
      expect(problem).toMatchObject({ code: 'plan_required', feature: 'sso', required_plan: 'enterprise' });
    });
  });

  describe('/v1/team/sso', () => {
    it('needs a domain that is the team’s', async () => {
      const owner = await enterprise();
      const body = { provider_id: 'saml.acme' };
      expect((await owner.refusal(422, 'PUT', '/v1/team/sso', { body })).code).toBe('domain_unverified');
      await claim(owner, newDomain());
      expect((await owner.refusal(422, 'PUT', '/v1/team/sso', { body })).code).toBe('domain_unverified');
    });

    it('is set, changed and removed, and keeps its last domain while it is set', async () => {
      const owner = await enterprise();
      const domain = newDomain();
      await prove(owner, domain);
      const provider = { provider_id: 'saml.acme', default_role: 'member' };
      expect((await set(owner, 'saml.acme')).provider).toEqual(provider);
      expect((await set(owner, 'oidc.acme', 'viewer')).provider?.default_role).toBe('viewer');
      const problem = await owner.refusal(409, 'DELETE', `/v1/team/domains/${domain}`);
      expect(problem.code).toBe('invalid_state');
      const removed = await owner.read(SingleSignOn, 200, 'DELETE', '/v1/team/sso');
      expect([removed.provider, removed.domains.length]).toEqual([null, 1]);
      await drop(owner, domain);
      expect(await read(owner)).toEqual({ domains: [], provider: null });
    });

    it('stays in force on a smaller plan, and can be removed there but not changed', async () => {
      const owner = await enterprise();
      await prove(owner, newDomain());
      await set(owner, 'saml.acme');
      await putOnPlan(owner, 'pro');
      expect((await read(owner)).provider?.provider_id).toBe('saml.acme');
      const problem = await owner.refusal(403, 'PUT', '/v1/team/sso', { body: { provider_id: 'saml.b' } });
      expect(problem.code).toBe('plan_required');
      expect((await owner.read(SingleSignOn, 200, 'DELETE', '/v1/team/sso')).provider).toBeNull();
    });

    it.each([
      [{ provider_id: 'google.com' }, '/provider_id'],
      [{ provider_id: 'saml.' }, '/provider_id'],
      [{ provider_id: 'saml.acme', default_role: 'owner' }, '/default_role'],
    ])('refuses %j', async (body, pointer) => {
      const owner = await enterprise();
      expect(pointers(await owner.refusal(400, 'PUT', '/v1/team/sso', { body }))).toEqual([pointer]);
    });

    it('writes down who has changed what', async () => {
      const owner = await enterprise();
      const domain = newDomain();
      await prove(owner, domain);
      await set(owner, 'saml.acme');
      await owner.read(SingleSignOn, 200, 'DELETE', '/v1/team/sso');
      await drop(owner, domain);
      const { data } = await owner.get(AuditPage, '/v1/audit-log?limit=5');
      expect(data.map(({ action, subject }) => [action, subject])).toEqual([
        ['domain.dropped', domain],
        ['sso.changed', null],
        ['sso.changed', 'saml.acme'],
        ['domain.verified', domain],
        ['domain.claimed', domain],
      ]);
    });
  });
}
