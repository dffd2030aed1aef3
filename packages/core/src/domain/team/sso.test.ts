import { describe, expect, it } from '@jest/globals';
import { FOUNDED_AT, sampleTeam } from '../../testing/sample-team.ts';
import type { TeamCommand } from './commands.ts';
import { verifiedDomains } from './domains.ts';
import { domainOf, judgeSignIn } from './sign-in.ts';
import { MAX_DOMAINS, type Team } from './state.ts';
import { transition } from './transition.ts';

const CHALLENGE = 'minoots-verification=abc';
const SAML = { id: 'saml.acme', defaultRole: 'member' } as const;

type Step = TeamCommand extends infer C ? (C extends TeamCommand ? Omit<C, 'actor'> : never) : never;

function attempt(team: Team, step: Step, now = FOUNDED_AT) {
  return transition(team, { actor: 'usr_ann', ...step } as TeamCommand, now);
}

function after(team: Team, ...steps: Step[]): Team {
  return steps.reduce((current, step) => {
    const result = attempt(current, step);
    if (!result.ok) throw new Error(result.detail);
    return result.value.team;
  }, team);
}

const claim = { type: 'claim-domain', domain: 'acme.com', challenge: CHALLENGE } as const;
const verify = { type: 'verify-domain', domain: 'acme.com', texts: [CHALLENGE] } as const;
const enforce = { type: 'set-provider', provider: SAML } as const;

describe('a claimed domain', () => {
  it('counts once its record holds the challenge, among others', () => {
    const claimed = after(sampleTeam(), claim);
    expect(verifiedDomains(claimed)).toEqual([]);
    const texts = ['v=spf1 -all', ` ${CHALLENGE} `];
    expect(verifiedDomains(after(claimed, { ...verify, texts }))).toEqual(['acme.com']);
  });

  it.each([
    ['there is no record', []],
    ['the record says something else', ['minoots-verification=other']],
    ['the record holds the challenge and more', [`${CHALLENGE}1`]],
  ])('does not count while %s', (_, texts) => {
    const result = attempt(after(sampleTeam(), claim), { ...verify, texts });
    expect(result).toMatchObject({ ok: false, code: 'domain_unverified' });
  });

  it('keeps its challenge when it is claimed again', () => {
    const claimed = after(sampleTeam(), claim);
    expect(after(claimed, { ...claim, challenge: 'another' })).toBe(claimed);
  });

  it('is refused a personal team, and a team that has enough', () => {
    expect(attempt(sampleTeam({ isPersonal: true }), claim)).toMatchObject({ code: 'personal_team' });
    const claims = Array.from({ length: MAX_DOMAINS }, (_, n) => ({ ...claim, domain: `acme${n}.com` }));
    expect(attempt(after(sampleTeam(), ...claims), claim)).toMatchObject({ code: 'team_full' });
  });

  it('can be given up, but for the last that single sign-on goes by', () => {
    const drop = { type: 'drop-domain', domain: 'acme.com' } as const;
    expect(attempt(sampleTeam(), drop)).toMatchObject({ code: 'not_found' });
    expect(after(sampleTeam(), claim, verify, drop).sso.domains).toEqual([]);
    const enforced = after(sampleTeam(), claim, verify, enforce);
    expect(attempt(enforced, drop)).toMatchObject({ code: 'invalid_state' });
    const released = after(enforced, { type: 'set-provider', provider: null }, drop);
    expect(released.sso).toEqual({ domains: [], provider: null });
  });
});

describe('single sign-on', () => {
  it('takes a domain that is shown to be the team’s', () => {
    expect(attempt(sampleTeam(), enforce)).toMatchObject({ code: 'domain_unverified' });
    expect(attempt(after(sampleTeam(), claim), enforce)).toMatchObject({ code: 'domain_unverified' });
    expect(after(sampleTeam(), claim, verify, enforce).sso.provider).toEqual(SAML);
  });

  it('leaves a note when it changes, and none when it does not', () => {
    const verified = after(sampleTeam(), claim, verify);
    expect(attempt(verified, enforce)).toMatchObject({
      ok: true,
      value: { notes: [{ action: 'sso.changed', actor: 'usr_ann', subject: 'saml.acme' }] },
    });
    expect(attempt(after(verified, enforce), enforce)).toMatchObject({ ok: true, value: { notes: [] } });
  });
});

describe('judgeSignIn', () => {
  const acme = after(sampleTeam({ name: 'Acme' }), claim, verify, enforce);
  const claimedOnly = after(sampleTeam(), claim, verify);

  it('lets people of the domain in by the provider of the team, into the team', () => {
    const verdict = judgeSignIn({ email: 'bob@acme.com', providerId: 'saml.acme' }, acme);
    expect(verdict).toEqual({ allowed: true, joins: acme });
  });

  it.each(['password', 'google.com', 'saml.other', 'oidc.acme'])('refuses them by %s', (providerId) => {
    expect(judgeSignIn({ email: 'bob@acme.com', providerId }, acme)).toEqual({
      allowed: false,
      reason: 'acme.com signs in by single sign-on of Acme alone',
    });
  });

  it('lets everybody else in as they like', () => {
    expect(judgeSignIn({ email: 'eve@example.com', providerId: 'password' }, null)).toEqual({
      allowed: true,
      joins: null,
    });
    expect(judgeSignIn({ email: 'bob@acme.com', providerId: 'password' }, claimedOnly).allowed).toBe(true);
  });

  it.each(['saml.acme', 'oidc.acme'])(
    'lets %s bring nobody in whose domain is not its team’s',
    (providerId) => {
      expect(judgeSignIn({ email: 'eve@example.com', providerId }, null).allowed).toBe(false);
      expect(judgeSignIn({ email: null, providerId }, null).allowed).toBe(false);
      expect(judgeSignIn({ email: 'bob@acme.com', providerId }, claimedOnly).allowed).toBe(false);
    },
  );
});

describe('domainOf', () => {
  it.each([
    ['Bob@ACME.com', 'acme.com'],
    ['"a@b"@acme.com', 'acme.com'],
    ['nothing', 'nothing'],
    ['bob@bücher.example', 'xn--bcher-kva.example'],
    ['bob@ａｃｍｅ。com', 'acme.com'],
    ['bob@acme.com.', 'acme.com'],
    ['bob@', ''],
  ])('finds in %s the domain %s', (email, domain) => {
    expect(domainOf(email)).toBe(domain);
  });
});
