import { Scope } from '@minoots/contract';
import { beginSession as decide } from '../../domain/api-key/session.ts';
import { generateApiKey, hashApiKey, prefixOf } from '../../identity/api-key.ts';
import { decisionOf, type MadeApiKey } from '../api-keys/make.ts';
import type { Deps } from '../deps.ts';
import { MinootsError, unwrap } from '../errors.ts';
import { hashSignInCode } from './code.ts';
import { ownerSignIn, type SignInDeps } from './owner.ts';

/** What sessions are called among the keys of the team. */
const NAME = 'dashboard';

/** Takes the code of a sign-in link for a key that stands for the owner. The code is gone then, whatever comes after. */
export async function beginSession(
  { apiKeys, clock, random, ...deps }: SignInDeps & Pick<Deps, 'apiKeys' | 'clock' | 'random'>,
  code: string,
): Promise<MadeApiKey> {
  const { links, owner } = ownerSignIn(deps);
  const link = await links.take(hashSignInCode(code));
  const now = clock.now();
  if (link === null || link.expiresAt <= now) {
    throw new MinootsError(
      'sign_in_link_invalid',
      'A link signs in once, within five minutes: ask for another one with `minoots dashboard`',
    );
  }
  const key = generateApiKey();
  const session = {
    id: `key_${random.id()}`,
    teamId: owner.teamId,
    name: NAME,
    prefix: prefixOf(key),
    hash: hashApiKey(key),
    // It stands for the owner, and so do these: what the owner may do is looked up at each request.
    scopes: Scope.options,
    createdBy: owner.userId,
    expiresAt: now + link.sessionMs,
  };
  const change = await apiKeys.update(owner.teamId, (keys) => decisionOf(decide(keys, session, now)));
  return { key, record: unwrap(change).key };
}
