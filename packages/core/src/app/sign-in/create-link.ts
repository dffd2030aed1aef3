import { type CreateSignInLinkRequest, SESSION_BOUNDS, SESSION_MS, SIGN_IN_LINK_MS } from '@minoots/contract';
import { parseDuration } from '../../domain/duration.ts';
import type { SignInLink } from '../../ports/sign-in-link-store.ts';
import type { Deps, RequestContext } from '../deps.ts';
import { MinootsError, unwrap } from '../errors.ts';
import { hashSignInCode, makeSignInCode } from './code.ts';
import { ownerSignIn, type SignInDeps } from './owner.ts';

/** A link just made, and the code that uses it. That can be had from nowhere else. */
export interface MadeSignInLink {
  link: SignInLink;
  code: string;
  /** Path of the page that takes the code. */
  page: string;
}

/** Makes a link that signs in the owner, who asks for it. */
export async function createSignInLink(
  { clock, random, ...deps }: SignInDeps & Pick<Deps, 'clock' | 'random'>,
  { principal }: RequestContext,
  { session = SESSION_MS }: CreateSignInLinkRequest,
): Promise<MadeSignInLink> {
  const { links, owner, page } = ownerSignIn(deps);
  if (principal.id !== owner.userId) {
    throw new MinootsError(
      'sign_in_links_unavailable',
      'Links sign in the owner of this server alone, who asks for them with the local key',
    );
  }
  const sessionMs = unwrap(parseDuration(session, '/session', SESSION_BOUNDS));
  const code = makeSignInCode(random);
  const expiresAt = clock.now() + SIGN_IN_LINK_MS;
  const link = { id: `lnk_${random.id()}`, hash: hashSignInCode(code), expiresAt, sessionMs };
  await links.insert(link);
  return { link, code, page };
}
