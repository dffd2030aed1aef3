import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LocalRateLimiter, type Team } from '@minoots/core';
import { memoryTeamStore, sampleTeam } from '@minoots/core/testing';
import functionsTest from 'firebase-functions-test';
import type { GateDeps } from '../src/identity/sign-in-gate.ts';

const NOW = Date.UTC(2030, 0, 31, 9);
const before = process.env.MINOOTS_SSO;
let deps: GateDeps;
jest.unstable_mockModule('../src/instance.ts', () => ({ instance: async () => ({ signIns: deps }) }));

/** What Identity Platform tells of somebody who comes. */
function arrival(email: string, providerId: string, ipAddress = '192.0.2.1') {
  return {
    data: { uid: 'usr_bob', email, emailVerified: true, disabled: false, metadata: {}, providerData: [] },
    additionalUserInfo: { providerId, isNewUser: true },
    ipAddress,
  };
}

describe('the functions that Identity Platform asks', () => {
  const library = functionsTest({ projectId: 'demo-minoots' });
  /** The library calls such functions, and its types do not say so. */
  const wrap = (blocking: object) => {
    const wrapped: unknown = Reflect.apply(library.wrap, library, [blocking]);
    if (typeof wrapped !== 'function') throw new Error('the library wrapped nothing');
    return async (event: ReturnType<typeof arrival>): Promise<void> => {
      await wrapped(event);
    };
  };
  afterAll(() => {
    library.cleanup();
    if (before === undefined) delete process.env.MINOOTS_SSO;
    else process.env.MINOOTS_SSO = before;
  });
  beforeEach(async () => {
    const clock = { now: () => NOW };
    const rates = new LocalRateLimiter(clock);
    deps = { teams: memoryTeamStore().teams, clock, rates, newcomersPerHour: 1 };
    const domains = [{ domain: 'acme.com', challenge: 'c', claimedAt: NOW, verifiedAt: NOW }];
    const sso: Team['sso'] = { domains, provider: { id: 'saml.acme', defaultRole: 'viewer' } };
    await deps.teams.insert({ ...sampleTeam({ id: 'team_acme', name: 'Acme' }), sso }, []);
  });

  /** The exported functions, as the library calls them. */
  async function wrapped() {
    process.env.MINOOTS_SSO = 'true';
    const { beforeUserCreated, beforeUserSignedIn } = await import('../src/index.ts');
    if (beforeUserCreated === undefined || beforeUserSignedIn === undefined)
      throw new Error('the functions are not exported');
    return { created: wrap(beforeUserCreated), signedIn: wrap(beforeUserSignedIn) };
  }
  const members = async () => (await deps.teams.get('team_acme'))?.members.map(({ userId }) => userId);

  it('make no account and sign nobody in by a password where the domain has single sign-on', async () => {
    const { created, signedIn } = await wrapped();
    const refused = {
      code: 'permission-denied',
      message: 'acme.com signs in by single sign-on of Acme alone',
    };
    for (const ask of [created, signedIn])
      await expect(ask(arrival('bob@acme.com', 'password'))).rejects.toMatchObject(refused);
    expect(await members()).toEqual(['usr_ann']);
  });

  it('make a member of whom the provider brings', async () => {
    const { created, signedIn } = await wrapped();
    await created(arrival('bob@acme.com', 'saml.acme'));
    await signedIn(arrival('bob@acme.com', 'saml.acme'));
    expect(await members()).toEqual(['usr_ann', 'usr_bob']);
  });

  it('make so many accounts for one address, and sign in who has one', async () => {
    const { created, signedIn } = await wrapped();
    await created(arrival('eve@example.com', 'password'));
    const another = created(arrival('eva@example.com', 'password'));
    await expect(another).rejects.toMatchObject({ code: 'resource-exhausted' });
    await signedIn(arrival('eve@example.com', 'password'));
  });
});
