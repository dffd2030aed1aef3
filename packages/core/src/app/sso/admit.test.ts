import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Team } from '../../domain/team/state.ts';
import { transition } from '../../domain/team/transition.ts';
import { memoryTeamStore } from '../../testing/memory-team-store.ts';
import { FOUNDED_AT, samplePerson, sampleTeam } from '../../testing/sample-team.ts';
import { type AdmitDeps, admit, judge } from './admit.ts';

const BOB = samplePerson('bob', { email: 'bob@acme.com' });

/** A team whose people come by `saml.acme` from acme.com. */
function acme(): Team {
  const team = sampleTeam({ id: 'team_acme', name: 'Acme' });
  const domains = [{ domain: 'acme.com', challenge: 'c', claimedAt: FOUNDED_AT, verifiedAt: FOUNDED_AT }];
  return { ...team, sso: { domains, provider: { id: 'saml.acme', defaultRole: 'viewer' } } };
}

describe('admit', () => {
  let deps: AdmitDeps;
  let audit: ReturnType<typeof memoryTeamStore>['audit'];
  const members = async () =>
    (await deps.teams.get('team_acme'))?.members.map(({ userId, role }) => [userId, role]);

  beforeEach(async () => {
    const stores = memoryTeamStore();
    audit = stores.audit;
    deps = { teams: stores.teams, clock: { now: () => FOUNDED_AT + 1 } };
    await deps.teams.insert(acme(), []);
  });

  it('makes a member of whom single sign-on brings for the first time, and says so in the audit log', async () => {
    expect(await admit(deps, BOB, 'saml.acme')).toMatchObject({ allowed: true });
    expect(await members()).toEqual([
      ['usr_ann', 'owner'],
      ['usr_bob', 'viewer'],
    ]);
    const { entries } = await audit.list('team_acme', 10);
    expect(entries).toMatchObject([{ action: 'member.provisioned', actor: 'saml.acme', subject: 'usr_bob' }]);
  });

  it('leaves a member what they are, also when they come twice at a time', async () => {
    await Promise.all([admit(deps, BOB, 'saml.acme'), admit(deps, BOB, 'saml.acme')]);
    await deps.teams.update('team_acme', (team) => {
      const command = {
        type: 'change-role',
        actor: 'usr_ann',
        userId: 'usr_bob',
        role: 'admin',
        by: 'owner',
      } as const;
      const changed = team && transition(team, command, FOUNDED_AT + 2);
      return changed?.ok ? { save: changed.value.team, result: null } : { result: null };
    });
    await admit(deps, BOB, 'saml.acme');
    expect(await members()).toEqual([
      ['usr_ann', 'owner'],
      ['usr_bob', 'admin'],
    ]);
  });

  it('lets nobody of the domain in by a password, and makes no member of them', async () => {
    expect(await admit(deps, BOB, 'password')).toMatchObject({ allowed: false });
    expect(await judge(deps, BOB.email, 'password')).toMatchObject({ allowed: false });
    expect(await members()).toEqual([['usr_ann', 'owner']]);
  });

  it('lets people of other domains in, into no team', async () => {
    const eve = samplePerson('eve');
    expect(await admit(deps, eve, 'password')).toEqual({ allowed: true, joins: null });
    expect(await admit(deps, eve, 'saml.acme')).toMatchObject({ allowed: false });
    expect(await members()).toEqual([['usr_ann', 'owner']]);
  });

  it('lets people without an email address in, but for single sign-on', async () => {
    const nobody = samplePerson('nobody', { email: '' });
    expect(await admit(deps, nobody, 'anonymous')).toMatchObject({ allowed: true });
    expect(await admit(deps, nobody, 'saml.acme')).toMatchObject({ allowed: false });
  });
});
