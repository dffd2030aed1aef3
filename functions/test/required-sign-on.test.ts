import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Billing, ClaimedDomain, Me, SingleSignOn, Team } from '@minoots/contract';
import { ApiClient } from '@minoots/core/testing';
import { type EngineUnderTest, startEngineUnderTest } from './support/engine-under-test.ts';
import { type OpenFirestore, openFirestore } from './support/firestore.ts';

describe('single sign-on at the API', () => {
  let database: OpenFirestore;
  let engine: EngineUnderTest;
  const start = async (sso: boolean) => {
    engine = await startEngineUnderTest(database.firestore, 'real', { sso });
  };
  beforeEach(async () => {
    database = await openFirestore();
  });
  afterEach(async () => {
    await engine.close();
    await database.close();
  });

  const clientOf = async (email: string, provider?: string) => {
    const key = await engine.signIn({ email, emailVerified: true, ...(provider && { provider }) });
    return new ApiClient({ baseUrl: engine.baseUrl, key });
  };

  async function foundAcme(): Promise<ApiClient> {
    const founder = await clientOf('founder@example.com');
    const { id } = await founder.read(Team, 201, 'POST', '/v1/teams', { body: { name: 'Acme' } });
    const operator = new ApiClient({ baseUrl: engine.baseUrl, key: engine.operatorKey });
    const plan = { body: { plan: 'enterprise' } };
    await operator.read(Billing, 200, 'PUT', `/v1/admin/teams/${id}/plan`, plan);
    return founder.forTeam(id);
  }

  it('ends sessions that began by another way, in every team', async () => {
    await start(true);
    const acme = await foundAcme();
    const early = await clientOf('early@acme.example');
    await early.get(Me, '/v1/me');
    const body = { domain: 'acme.example' };
    const claim = await acme.read(ClaimedDomain, 201, 'POST', '/v1/team/domains', { body });
    engine.publish(claim.txt_name, [claim.txt_value]);
    await acme.read(ClaimedDomain, 200, 'POST', '/v1/team/domains/acme.example/verify');
    const provider = { body: { provider_id: 'saml.acme' } };
    await acme.read(SingleSignOn, 200, 'PUT', '/v1/team/sso', provider);
    for (const path of ['/v1/me', '/v1/timers', '/v1/team/members'])
      expect((await early.refusal(401, 'GET', path)).code).toBe('sso_required');
    const byProvider = await clientOf('early@acme.example', 'saml.acme');
    expect((await byProvider.get(Me, '/v1/me')).email).toBe('early@acme.example');
    await acme.get(Me, '/v1/me');
    await acme.read(SingleSignOn, 200, 'DELETE', '/v1/team/sso');
    await early.get(Me, '/v1/me');
  });

  it('cannot be set where nobody would be held to it', async () => {
    await start(false);
    const acme = await foundAcme();
    const provider = { body: { provider_id: 'saml.acme' } };
    expect((await acme.refusal(422, 'PUT', '/v1/team/sso', provider)).code).toBe('sso_unavailable');
  });
});
