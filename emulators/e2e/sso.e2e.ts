import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditPage, Billing, ClaimedDomain, Me, SingleSignOn, Team } from '@minoots/contract';
import { ApiClient, startNameServer, type TestNameServer, until } from '@minoots/core/testing';
import { clientOf } from './support/driving.ts';
import { portOf, stacksUnderTest } from './support/stacks.ts';
import { type Arrival, Visitors } from './support/visitors.ts';

const { real } = stacksUnderTest();
/** An emulator that is used from outside may remember earlier runs. */
const RUN = randomBytes(3).toString('hex');

describe('single sign-on', () => {
  const visitors = new Visitors(real);
  const operator = clientOf(real, real.operatorKey);
  let names: TestNameServer;
  let acme: Company;
  let beta: Company;

  interface Company {
    team: Team;
    domain: string;
    owner: ApiClient;
    /** Somebody who came before the domain was anybody's. */
    early: ApiClient;
  }

  function tokenOf(arrival: Arrival): string {
    if ('refusal' in arrival) throw new Error(`refused: ${arrival.refusal}`);
    return arrival.idToken;
  }
  const clientWith = (arrival: Arrival) => new ApiClient({ baseUrl: real.apiUrl, key: tokenOf(arrival) });
  const teamsOf = async (arrival: Arrival) =>
    (await clientWith(arrival).get(Me, '/v1/me')).teams
      .filter(({ personal }) => !personal)
      .map(({ id, role }) => ({ id, role }));

  /** A team whose domain is proven, and which lets its people in by the provider alone. */
  async function found(
    name: string,
    provider: { provider_id: string; default_role: string },
  ): Promise<Company> {
    const domain = `${name}-${RUN}.example`;
    const founder = clientWith(await visitors.signUp(`founder@${name}-${RUN}.test`));
    const team = await founder.read(Team, 201, 'POST', '/v1/teams', { body: { name: `${name} ${RUN}` } });
    const plan = { body: { plan: 'enterprise' } };
    await operator.read(Billing, 200, 'PUT', `/v1/admin/teams/${team.id}/plan`, plan);
    const owner = founder.forTeam(team.slug);
    const early = clientWith(await visitors.signUp(`early@${domain}`));
    await early.get(Me, '/v1/me');
    const claim = await owner.read(ClaimedDomain, 201, 'POST', '/v1/team/domains', { body: { domain } });
    names.publish(claim.txt_name, [claim.txt_value]);
    await owner.read(ClaimedDomain, 200, 'POST', `/v1/team/domains/${domain}/verify`);
    await owner.read(SingleSignOn, 200, 'PUT', '/v1/team/sso', { body: provider });
    return { team, domain, owner, early };
  }

  beforeAll(async () => {
    names = await startNameServer({}, portOf(real.nameServer));
    acme = await found('acme', { provider_id: `saml.acme-${RUN}`, default_role: 'viewer' });
    beta = await found('beta', { provider_id: `oidc.beta-${RUN}`, default_role: 'member' });
  });
  afterAll(() => names.close());

  it('brings people of a SAML provider into the team of their domain, as what the team has set', async () => {
    const arrival = await visitors.signInBySaml(`saml.acme-${RUN}`, `bob@${acme.domain}`);
    expect(await teamsOf(arrival)).toEqual([{ id: acme.team.id, role: 'viewer' }]);
    const { data } = await acme.owner.get(AuditPage, '/v1/audit-log?limit=1');
    expect(data).toMatchObject([{ action: 'member.provisioned', actor: `saml.acme-${RUN}` }]);
    const bob = clientWith(arrival).forTeam(acme.team.slug);
    await bob.get(Team, '/v1/team');
    expect((await bob.refusal(403, 'POST', '/v1/timers', { body: {} })).code).toBe('forbidden');
  });

  it('brings people of an OpenID Connect provider into theirs, once however often they come', async () => {
    const come = () => visitors.signInByOidc(`oidc.beta-${RUN}`, `carol@${beta.domain}`);
    tokenOf(await come());
    expect(await teamsOf(await come())).toEqual([{ id: beta.team.id, role: 'member' }]);
    expect((await beta.owner.get(Team, '/v1/team')).member_count).toBe(2);
  });

  it('refuses a password for an address of the domain, to new people and to those of before', async () => {
    const before = await acme.owner.get(Team, '/v1/team');
    const reason = expect.stringContaining(`signs in by single sign-on of acme ${RUN} alone`);
    expect(await visitors.signUp(`dave@${acme.domain}`)).toEqual({ refusal: reason });
    expect(await visitors.signUp(`Dave@${acme.domain.toUpperCase()}`)).toEqual({ refusal: reason });
    expect(await visitors.signInWithPassword(`early@${acme.domain}`)).toEqual({ refusal: reason });
    expect(await acme.owner.get(Team, '/v1/team')).toEqual(before);
  });

  it('ends the sessions of those of before', async () => {
    // Another process may remember for ten seconds whose the domain was.
    await until('the session to be over', async () => {
      const { status } = await acme.early.call('GET', '/v1/me');
      return status === 200 ? null : status;
    });
    expect((await acme.early.refusal(401, 'GET', '/v1/me')).code).toBe('sso_required');
  });

  it('lets a provider vouch for nobody else’s people', async () => {
    const refusal = expect.stringContaining('PERMISSION_DENIED');
    const byOther = await visitors.signInBySaml(`saml.acme-${RUN}`, `eve@${beta.domain}`);
    expect(byOther).toEqual({ refusal });
    const ofNobody = await visitors.signInBySaml(`saml.acme-${RUN}`, `eve-${RUN}@nobody.example`);
    expect(ofNobody).toEqual({ refusal });
    expect(await visitors.signInBySaml('saml.stranger', `eve@${acme.domain}`)).toEqual({ refusal });
  });

  it('leaves people of other domains alone', async () => {
    const email = `frank-${RUN}@elsewhere.example`;
    expect(await teamsOf(await visitors.signUp(email))).toEqual([]);
    expect(await teamsOf(await visitors.signInWithPassword(email))).toEqual([]);
    expect(await teamsOf(await visitors.signUp(`grace@sub.${acme.domain}`))).toEqual([]);
  });

  it('ends: people sign in as they like again, and stay members', async () => {
    await beta.owner.read(SingleSignOn, 200, 'DELETE', '/v1/team/sso');
    expect(await teamsOf(await visitors.signInWithPassword(`early@${beta.domain}`))).toEqual([]);
    expect((await beta.owner.get(Team, '/v1/team')).member_count).toBe(2);
    const byProvider = await visitors.signInByOidc(`oidc.beta-${RUN}`, `carol@${beta.domain}`);
    expect(byProvider).toEqual({ refusal: expect.stringContaining('is not the way in') });
  });
});
