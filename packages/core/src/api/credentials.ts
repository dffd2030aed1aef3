import type { Scope } from '@minoots/contract';
import { MinootsError } from '../app/errors.ts';
import type { Authenticator, Principal } from '../ports/authenticator.ts';

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/**
 * Who makes a request, by `Authorization: Bearer` or `x-api-key`, when they may do what `scope` names.
 * @throws MinootsError `unauthenticated`, `forbidden`
 */
export async function authorize(
  headers: Headers,
  scope: Scope,
  authenticator: Authenticator,
): Promise<Principal> {
  const token = tokenOf(headers);
  if (token === null) {
    throw new MinootsError(
      'unauthenticated',
      'Send an API key as "Authorization: Bearer <key>" or as "x-api-key"',
    );
  }
  const principal = await authenticator.authenticate({ token, team: headers.get('minoots-team') });
  if (principal === null) throw new MinootsError('unauthenticated', 'The API key is not known here');
  if (!principal.scopes.has(scope)) {
    throw new MinootsError('forbidden', `The API key lacks the scope ${scope}`, {
      members: { required_scope: scope },
    });
  }
  return principal;
}

function tokenOf(headers: Headers): string | null {
  const authorization = headers.get('authorization');
  if (authorization !== null) return BEARER.exec(authorization)?.[1] ?? null;
  return headers.get('x-api-key');
}
