import type { SignInLinkStore } from '../../ports/sign-in-link-store.ts';
import { MinootsError } from '../errors.ts';

/** How the owner of a server of their own signs in to its dashboard. */
export interface OwnerSignIn {
  links: SignInLinkStore;
  /** Who that is, and the team that their sessions are listed in. */
  owner: { userId: string; teamId: string };
  /** Path of the page that sign-in links open. */
  page: string;
}

export interface SignInDeps {
  /** Null where nobody has the service for their own. */
  signIn: OwnerSignIn | null;
}

/** @throws MinootsError `sign_in_links_unavailable` */
export function ownerSignIn({ signIn }: SignInDeps): OwnerSignIn {
  if (signIn !== null) return signIn;
  throw new MinootsError('sign_in_links_unavailable', 'People sign in by the identity service here');
}
