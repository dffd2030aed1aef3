import type { Team } from './state.ts';

/** How somebody comes in: by which address, and by which means. */
export interface SignIn {
  /** In small letters; null where the means gave none. */
  email: string | null;
  /** `password`, `google.com`, `saml.…`, `oidc.…` and the like. */
  providerId: string;
}

export type SignInVerdict =
  | {
      allowed: true /** The team that takes the person in, when single sign-on has brought them. */;
      joins: Team | null;
    }
  | { allowed: false; reason: string };

/**
 * Whether somebody may come in that way: an address of a domain that a team has claimed comes by the provider of that team,
 * and the provider lets nobody in from elsewhere.
 * @param owner the team with single sign-on that has claimed the domain of the address; null where none has
 */
export function judgeSignIn({ email, providerId }: SignIn, owner: Team | null): SignInVerdict {
  const provider = owner?.sso.provider ?? null;
  if (owner === null || provider === null) {
    if (!isCompanys(providerId)) return { allowed: true, joins: null };
    return {
      allowed: false,
      reason: `${providerId} is not the way in for ${email ?? 'people without an email address'}`,
    };
  }
  if (providerId === provider.id) return { allowed: true, joins: owner };
  return {
    allowed: false,
    reason: `${domainOf(email ?? '')} signs in by single sign-on of ${owner.name} alone`,
  };
}

/** Whether a provider is one that companies have for their own people. */
export function isCompanys(providerId: string): boolean {
  return /^(?:saml|oidc)\./.test(providerId);
}

/** The domain of an email address, in small letters and in its ASCII form: all that follows its last "@". */
export function domainOf(email: string): string {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const url = `http://${domain}`;
  // The many ways to write one domain would be as many ways past the team that has claimed it.
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.+$/, '') : domain;
}
