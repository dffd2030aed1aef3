import * as z from 'zod';
import { Instant } from './primitives.ts';
import { Role } from './roles.ts';

/** Longest domain: its challenge has a label more, and a name has 253 characters at most. */
const MAX_DOMAIN = 234;

/** A mail domain, in small letters: at least two labels. International ones in their ASCII form. */
export const MailDomain = z
  .string()
  .max(MAX_DOMAIN)
  .toLowerCase()
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'is not a domain')
  .meta({ id: 'MailDomain', example: 'example.com' });

/** A provider of Firebase Authentication: `saml.` or `oidc.` and a name. */
export const SsoProviderId = z
  .string()
  .regex(
    /^(?:saml|oidc)\.[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'must be saml. or oidc. and the name of a provider',
  )
  .meta({ id: 'SsoProviderId', example: 'saml.acme' });

export const ClaimDomainRequest = z.strictObject({ domain: MailDomain }).meta({ id: 'ClaimDomainRequest' });
export type ClaimDomainRequest = z.infer<typeof ClaimDomainRequest>;

/** A domain that the team says is its own. It counts once the name service shows the challenge. */
export const ClaimedDomain = z
  .object({
    domain: z.string(),
    /** The name of the TXT record to make. */
    txt_name: z.string(),
    /** What it has to hold. */
    txt_value: z.string(),
    claimed_at: Instant,
    /** Null until the record has been seen. */
    verified_at: Instant.nullable(),
  })
  .meta({ id: 'ClaimedDomain' });
export type ClaimedDomain = z.infer<typeof ClaimedDomain>;

export const SetSsoRequest = z
  .strictObject({
    provider_id: SsoProviderId,
    /** Role of people who sign in for the first time; `member` unless told. */
    default_role: Role.exclude(['owner']).default('member'),
  })
  .meta({ id: 'SetSsoRequest' });
export type SetSsoRequest = z.input<typeof SetSsoRequest>;

/** How members sign in. With a provider, people of verified domains sign in by it and by nothing else. */
export const SingleSignOn = z
  .object({
    domains: z.array(ClaimedDomain),
    provider: z.object({ provider_id: SsoProviderId, default_role: Role }).nullable(),
  })
  .meta({ id: 'SingleSignOn' });
export type SingleSignOn = z.infer<typeof SingleSignOn>;
