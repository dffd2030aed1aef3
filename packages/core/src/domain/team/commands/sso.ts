import { ok, type Result, reject } from '../../rejection.ts';
import type { CommandOf, TeamChange } from '../commands.ts';
import { type ClaimedDomain, MAX_DOMAINS, type Team } from '../state.ts';

/** Says that a domain is the team's own, which has to be shown. A repeat keeps the challenge. */
export function claimDomain(
  team: Team,
  { domain, challenge }: CommandOf<'claim-domain'>,
  now: number,
): Result<TeamChange> {
  if (team.personalOf !== null) return reject('personal_team', 'Found a team to claim domains for');
  const { domains } = team.sso;
  if (domains.some((claim) => claim.domain === domain)) return ok({ team, notes: [] });
  if (domains.length >= MAX_DOMAINS) return reject('team_full', `A team has at most ${MAX_DOMAINS} domains`);
  const claim: ClaimedDomain = { domain, challenge, claimedAt: now, verifiedAt: null };
  return ok({
    team: withDomains(team, [...domains, claim]),
    notes: [{ action: 'domain.claimed', subject: domain, message: `Claimed ${domain}` }],
  });
}

/** Takes in what the name service shows of a claimed domain. That no other team has it is the store's to see to. */
export function verifyDomain(
  team: Team,
  { domain, texts }: CommandOf<'verify-domain'>,
  now: number,
): Result<TeamChange> {
  const claim = team.sso.domains.find((other) => other.domain === domain);
  if (claim === undefined) return reject('not_found', `The team has not claimed ${domain}`);
  if (claim.verifiedAt !== null) return ok({ team, notes: [] });
  if (!texts.some((text) => text.trim() === claim.challenge)) {
    const seen = texts.length === 0 ? 'there is no such record yet' : 'the record there says something else';
    return reject('domain_unverified', `${domain} is not shown to be yours: ${seen}`);
  }
  const verified = { ...claim, verifiedAt: now };
  return ok({
    team: withDomains(
      team,
      team.sso.domains.map((other) => (other === claim ? verified : other)),
    ),
    notes: [{ action: 'domain.verified', subject: domain, message: `Showed that ${domain} is the team’s` }],
  });
}

/** Gives a domain up. With single sign-on the last one stays, or nobody could sign in by it. */
export function dropDomain(team: Team, { domain }: CommandOf<'drop-domain'>): Result<TeamChange> {
  const claim = team.sso.domains.find((other) => other.domain === domain);
  if (claim === undefined) return reject('not_found', `The team has not claimed ${domain}`);
  const left = team.sso.domains.filter((other) => other !== claim);
  const isLast = claim.verifiedAt !== null && left.every(({ verifiedAt }) => verifiedAt === null);
  if (team.sso.provider !== null && isLast)
    return reject('invalid_state', `${domain} is the last domain of single sign-on; remove that first`);
  return ok({
    team: withDomains(team, left),
    notes: [{ action: 'domain.dropped', subject: domain, message: `Gave ${domain} up` }],
  });
}

/** Makes people of the verified domains sign in by one provider, or lets them sign in as they like again. */
export function setProvider(team: Team, { provider }: CommandOf<'set-provider'>): Result<TeamChange> {
  if (provider !== null && team.personalOf !== null)
    return reject('personal_team', 'Found a team to sign in to by single sign-on');
  if (provider !== null && team.sso.domains.every(({ verifiedAt }) => verifiedAt === null))
    return reject('domain_unverified', 'Claim a domain first, and show that it is yours');
  const before = team.sso.provider;
  const isSame = before?.id === provider?.id && before?.defaultRole === provider?.defaultRole;
  if (isSame) return ok({ team, notes: [] });
  const message =
    provider === null
      ? 'Ended single sign-on'
      : `Made single sign-on by ${provider.id} the way in, new people as ${provider.defaultRole}`;
  return ok({
    team: { ...team, sso: { ...team.sso, provider } },
    notes: [{ action: 'sso.changed', subject: provider?.id ?? null, message }],
  });
}

function withDomains(team: Team, domains: ClaimedDomain[]): Team {
  return { ...team, sso: { ...team.sso, domains } };
}
