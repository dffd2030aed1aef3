import type * as wire from '@minoots/contract';
import type { ClaimedDomain, SingleSignOn } from '../domain/team/state.ts';
import { toInstant } from './timer.ts';

/** The name at which a domain shows whose it is. */
export function challengeName(domain: string): string {
  return `_minoots-challenge.${domain}`;
}

/** How members sign in, as the API shows it. */
export function toWireSso({ domains, provider }: SingleSignOn): wire.SingleSignOn {
  return {
    domains: domains.map(toWireDomain),
    provider: provider && { provider_id: provider.id, default_role: provider.defaultRole },
  };
}

/** A claimed domain as the API shows it. */
export function toWireDomain({
  domain,
  challenge,
  claimedAt,
  verifiedAt,
}: ClaimedDomain): wire.ClaimedDomain {
  return {
    domain,
    txt_name: challengeName(domain),
    txt_value: challenge,
    claimed_at: toInstant(claimedAt),
    verified_at: verifiedAt === null ? null : toInstant(verifiedAt),
  };
}
