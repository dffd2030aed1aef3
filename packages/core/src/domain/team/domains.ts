import type { Team } from './state.ts';

/** The domains that a team has shown to be its own. */
export function verifiedDomains({ sso }: Team): string[] {
  return sso.domains.flatMap(({ domain, verifiedAt }) => (verifiedAt === null ? [] : [domain]));
}
