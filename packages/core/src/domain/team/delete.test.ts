import { describe, expect, it } from '@jest/globals';
import { FOUNDED_AT, sampleInvitation, samplePerson, sampleTeam } from '../../testing/sample-team.ts';
import type { Team, TeamBilling } from './state.ts';
import { transition } from './transition.ts';

const NOW = FOUNDED_AT + 1_000;
const BILLING: TeamBilling = {
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  status: 'active',
  renewsAt: NOW + 1_000,
  cancels: false,
  observedAt: FOUNDED_AT,
};

const remove = (team: Team, confirm = team.slug, account: Parameters<typeof leaving>[0] = null) =>
  transition(team, { type: 'delete', actor: 'usr_ann', confirm, account: leaving(account) }, NOW);

function leaving(userId: string | null) {
  return userId === null ? null : { userId, emails: ['ann@example.com'], pseudonym: 'former_1' };
}

describe('the deletion of a team', () => {
  it('leaves its id, and what there is to do', () => {
    const before = {
      ...sampleTeam({ name: 'Secret plans' }),
      invitations: [sampleInvitation('bob')],
      sso: {
        domains: [{ domain: 'acme.example', challenge: 'c', claimedAt: NOW, verifiedAt: NOW }],
        provider: { id: 'saml.acme', defaultRole: 'member' as const },
      },
      billing: { ...BILLING, status: 'ended' as const },
    };
    const result = remove(before);
    if (!result.ok) throw new Error(result.detail);
    const { team, notes } = result.value;
    expect(team).toMatchObject({
      id: before.id,
      slug: before.id,
      members: [],
      deletion: { requestedAt: NOW, lookAt: NOW, account: null },
      version: before.version + 1,
    });
    for (const text of ['Secret', before.slug, 'ann', 'bob', 'acme', 'cus_1'])
      expect(JSON.stringify(team)).not.toContain(text);
    expect(notes).toMatchObject([{ action: 'team.deleted', actor: 'usr_ann', subject: before.id, at: NOW }]);
  });

  it('is the end of every other change', () => {
    const result = remove(sampleTeam());
    if (!result.ok) throw new Error(result.detail);
    const { team } = result.value;
    const [actor, person] = ['usr_bob', samplePerson('bob')];
    const commands = [
      { type: 'update', actor, name: 'Back' },
      { type: 'provision', actor, person, role: 'admin' },
      { type: 'reinstate', actor, person },
      { type: 'delete', actor, confirm: team.slug, account: null },
    ] as const;
    for (const command of commands)
      expect(transition(team, command, NOW)).toMatchObject({ ok: false, code: 'not_found' });
    const noted = transition(team, { type: 'look-again', actor: 'service', lookAt: NOW + 9 }, NOW);
    expect(noted).toMatchObject({ ok: true, value: { team: { deletion: { lookAt: NOW + 9 } }, notes: [] } });
  });

  it('is refused unless the slug is given', () => {
    const team = sampleTeam();
    for (const confirm of ['', team.id, `${team.slug}x`])
      expect(remove(team, confirm)).toMatchObject({ ok: false, code: 'confirmation_mismatch' });
  });

  it.each([
    ['is paid again', {}, false],
    ['is tried again', { status: 'past_due' as const }, false],
    ['ends by itself', { cancels: true }, true],
    ['has ended', { status: 'ended' as const }, true],
  ])('where a subscription %s (%j) is allowed: %j', (_, fields, allowed) => {
    const result = remove({ ...sampleTeam(), billing: { ...BILLING, ...fields } });
    expect(result.ok || result.code).toBe(allowed || 'subscription_active');
  });

  it('is that of the account where the team is personal', () => {
    const team = sampleTeam({ isPersonal: true });
    expect(remove(team)).toMatchObject({ ok: false, code: 'personal_team' });
    expect(remove(team, team.slug, 'usr_ann')).toMatchObject({
      value: { team: { personalOf: null, deletion: { account: { userId: 'usr_ann' } } } },
    });
  });
});
