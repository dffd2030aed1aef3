import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Team } from '../domain/team/state.ts';
import { memoryTeamStore } from '../testing/memory-team-store.ts';
import { FOUNDED_AT, samplePerson, sampleTeam } from '../testing/sample-team.ts';
import { REMEMBER_DOMAIN_MS, RequiredSignOn } from './required-sign-on.ts';

const DOMAINS = [{ domain: 'acme.com', challenge: 'c', claimedAt: FOUNDED_AT, verifiedAt: FOUNDED_AT }];
const bob = (signedInBy?: string) =>
  samplePerson('bob', { email: 'bob@acme.com', ...(signedInBy === undefined ? {} : { signedInBy }) });
const REFUSED = {
  code: 'sso_required',
  message: 'acme.com signs in by single sign-on of Acme alone; sign in anew',
};

describe('RequiredSignOn', () => {
  const elapsed = { ms: 0, now: () => elapsed.ms };
  let teams: ReturnType<typeof memoryTeamStore>['teams'];
  let reads: number;
  let demands: RequiredSignOn;
  beforeEach(async () => {
    ({ teams } = memoryTeamStore());
    reads = 0;
    elapsed.ms = 0;
    const findByDomain = (domain: string) => {
      reads++;
      return teams.findByDomain(domain);
    };
    demands = new RequiredSignOn({ teams: { findByDomain }, elapsed });
    await teams.insert({ ...sampleTeam({ id: 'team_acme', name: 'Acme' }), sso: sso('saml.acme') }, []);
  });

  const sso = (id: string | null): Team['sso'] => ({
    domains: DOMAINS,
    provider: id === null ? null : { id, defaultRole: 'member' },
  });
  const setProvider = (id: string | null) =>
    teams.update('team_acme', (team) => ({ ...(team && { save: { ...team, sso: sso(id) } }), result: null }));

  it.each(['password', 'google.com', 'custom', 'saml.other', undefined])(
    'refuses a session that began by %s',
    async (provider) => {
      await expect(demands.demand(bob(provider))).rejects.toMatchObject(REFUSED);
    },
  );

  it('lets in who came by the provider, and people of other domains by whatever way', async () => {
    await demands.demand(bob('saml.acme'));
    for (const provider of ['password', 'oidc.other'])
      await demands.demand(samplePerson('eve', { signedInBy: provider }));
    await demands.demand(samplePerson('nobody', { email: '', signedInBy: 'anonymous' }));
  });

  it('demands nothing of a domain whose team has no provider any more', async () => {
    await setProvider(null);
    for (const provider of ['password', 'saml.acme']) await demands.demand(bob(provider));
  });

  it('learns of a change elsewhere within half a minute, and at once where it matters or it is told', async () => {
    await setProvider(null);
    await demands.demand(bob('password'));
    await setProvider('saml.acme');
    await demands.demand(bob('password'));
    await expect(demands.demand(bob('password'), true)).rejects.toMatchObject(REFUSED);
    await setProvider('oidc.acme');
    await demands.demand(bob('saml.acme'));
    demands.forget();
    await expect(demands.demand(bob('saml.acme'))).rejects.toMatchObject(REFUSED);
    await setProvider('saml.acme');
    elapsed.ms += REMEMBER_DOMAIN_MS;
    await demands.demand(bob('saml.acme'));
    expect(REMEMBER_DOMAIN_MS).toBeLessThanOrEqual(30_000);
  });

  it('asks the store once in a while, and never about domains that are of everybody', async () => {
    for (let n = 0; n < 5; n++) {
      await demands.demand(samplePerson('eve'));
      await demands.demand(samplePerson('eve', { email: 'eve@gmail.com' }));
    }
    expect(reads).toBe(1);
  });
});
