import { beforeEach, describe, expect, it } from '@jest/globals';
import { LocalRateLimiter, StorageUnavailable, type Team } from '@minoots/core';
import { memoryTeamStore, sampleTeam } from '@minoots/core/testing';
import { checkNewcomer, type GateDeps, letIn } from '../src/identity/sign-in-gate.ts';

const NOW = Date.UTC(2030, 0, 31, 9);

/** What Identity Platform tells of somebody who comes. */
function arrival(email: string | undefined, providerId: string, uid = 'usr_bob') {
  const metadata = { creationTime: '', lastSignInTime: '' };
  const account = { uid, emailVerified: true, disabled: false, metadata, providerData: [] };
  return {
    data: email === undefined ? account : { ...account, email },
    additionalUserInfo: { providerId, isNewUser: true },
  };
}

describe('the gate before sign-ins', () => {
  let deps: GateDeps;
  const members = async () => (await deps.teams.get('team_acme'))?.members.map(({ userId }) => userId);

  beforeEach(async () => {
    const clock = { now: () => NOW };
    deps = { teams: memoryTeamStore().teams, clock, rates: new LocalRateLimiter(clock) };
    const domains = [{ domain: 'acme.com', challenge: 'c', claimedAt: NOW, verifiedAt: NOW }];
    const sso: Team['sso'] = { domains, provider: { id: 'saml.acme', defaultRole: 'viewer' } };
    await deps.teams.insert({ ...sampleTeam({ id: 'team_acme', name: 'Acme' }), sso }, []);
  });

  it('forbids a password for an address of single sign-on, with a message for people', async () => {
    const refused = {
      code: 'permission-denied',
      message: 'acme.com signs in by single sign-on of Acme alone',
    };
    await expect(checkNewcomer(deps, arrival('bob@acme.com', 'password'))).rejects.toMatchObject(refused);
    await expect(letIn(deps, arrival('Bob@ACME.com', 'password'))).rejects.toMatchObject(refused);
    expect(await members()).toEqual(['usr_ann']);
  });

  it('makes a member at the sign-in, and not when the account is made', async () => {
    await checkNewcomer(deps, arrival('bob@acme.com', 'saml.acme'));
    expect(await members()).toEqual(['usr_ann']);
    await letIn(deps, arrival('bob@acme.com', 'saml.acme'));
    await letIn(deps, arrival('bob@acme.com', 'saml.acme'));
    expect(await members()).toEqual(['usr_ann', 'usr_bob']);
  });

  it('leaves others to come as they like', async () => {
    for (const come of [checkNewcomer, letIn]) {
      await come(deps, arrival('eve@example.com', 'google.com', 'usr_eve'));
      await come(deps, arrival(undefined, 'phone', 'usr_eve'));
    }
    expect(await members()).toEqual(['usr_ann']);
  });

  it('lets nobody in by a provider whose team has not claimed their domain', async () => {
    const come = letIn(deps, arrival('eve@example.com', 'saml.acme', 'usr_eve'));
    await expect(come).rejects.toMatchObject({ code: 'permission-denied' });
  });

  it('says that a full team has no room', async () => {
    await deps.teams.update('team_acme', (team) => {
      if (team === null) throw new Error('there is no team');
      const [founder] = team.members;
      if (founder === undefined) throw new Error('nobody has founded it');
      const others = Array.from({ length: 999 }, (_, n) => ({ ...founder, userId: `usr_${n}` }));
      return { save: { ...team, members: [founder, ...others] }, result: null };
    });
    const come = letIn(deps, arrival('bob@acme.com', 'saml.acme'));
    await expect(come).rejects.toMatchObject({
      code: 'permission-denied',
      message: expect.stringMatching(/1000/),
    });
  });

  it('lets so many accounts be made from one address in an hour, and whom a company brings besides', async () => {
    const few = { ...deps, newcomersPerHour: 2 };
    const from = (ipAddress: string, email = 'eve@example.com', by = 'password') =>
      checkNewcomer(few, { ...arrival(email, by), ipAddress });
    const refused = { code: 'resource-exhausted', message: expect.stringContaining('in an hour') };
    for (let n = 0; n < 3; n++) await from('2001:db8::1', 'bob@acme.com', 'saml.acme');
    for (const address of ['2001:db8::1', '2001:db8::2']) await from(address);
    await expect(from('2001:db8::3')).rejects.toMatchObject(refused);
    await expect(from('2001:db8::3', 'bob@acme.com')).rejects.toMatchObject({ code: 'permission-denied' });
    await from('2001:db8::3', 'carol@acme.com', 'saml.acme');
    await from('192.0.2.1');
  });

  it('lets nobody in unjudged while the store does not answer', async () => {
    const teams = {
      ...deps.teams,
      findByDomain: async () => Promise.reject(new StorageUnavailable('gone')),
    };
    const come = letIn({ ...deps, teams }, arrival('eve@example.com', 'password'));
    await expect(come).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('refuses an account that cannot be kept, and one that comes by nothing', async () => {
    const long = `${'x'.repeat(300)}@example.com`;
    await expect(checkNewcomer(deps, arrival(long, 'password'))).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(letIn(deps, {})).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});
