import { type ErrorCode, type Scope, TeamRef } from '@minoots/contract';
import { MinootsError } from '../app/errors.ts';
import { authorize } from '../domain/access/authorize.ts';
import type { Authenticator, Credentials, Principal } from '../ports/authenticator.ts';
import { invalidRequest } from './problem.ts';

/** What concerns who may do what: here a person who has just been shut out must be out. */
const ADMINISTRATIVE: readonly (Scope | 'any')[] = [
  'teams:admin',
  'teams:own',
  'secrets:write',
  'service:admin',
  'account',
];
/** What says that somebody may not any more; the rest passes. */
const SHUT_OUT: ReadonlySet<ErrorCode> = new Set([
  'unauthenticated',
  'sso_required',
  'forbidden',
  'not_found',
]);
const TEAM_HEADER = 'minoots-team';
const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/**
 * Who makes a request, by `Authorization: Bearer` or `x-api-key`. `Minoots-Team` says for which team.
 * @param scope what the request takes
 * @param greet awaited before somebody is let in who has never been here
 * @throws MinootsError `unauthenticated`, `invalid_request`; `not_found` when the team is not one of theirs
 */
export async function identify(
  headers: Headers,
  scope: Scope | 'any',
  authenticator: Authenticator,
  greet?: Credentials['greet'],
): Promise<Principal> {
  const token = tokenOf(headers);
  if (token === null) {
    throw new MinootsError(
      'unauthenticated',
      'Send an API key, or an ID token, as "Authorization: Bearer <key>"; a key may come as "x-api-key" too',
    );
  }
  const isAdministrative = ADMINISTRATIVE.includes(scope);
  const principal = await authenticator.authenticate({
    token,
    team: teamOf(headers),
    ...(scope === 'any' ? {} : { scope }),
    isAdministrative,
    greet,
  });
  if (principal !== null) return principal;
  throw new UnknownCredentials();
}

/** What was shown to sign in by is nobody's: a guess, or a key that has ended. */
export class UnknownCredentials extends MinootsError {
  constructor() {
    super('unauthenticated', 'What was sent to sign in by is not known here, or not any more');
  }
}

/** @throws MinootsError `forbidden` unless whoever makes the request may do what `scope` names */
export function requireScope(principal: Principal, scope: Scope | 'any'): void {
  if (mayDo(principal, scope)) return;
  const { role } = principal;
  const detail =
    role === null
      ? `The API key lacks the scope ${scope}`
      : `What takes the scope ${scope} is more than a team's ${role} may do`;
  throw new MinootsError('forbidden', detail, { members: { required_scope: scope } });
}

/** Whether whoever made a request still may, in the same team. Where that cannot be found out at present they may. */
export async function mayStill(
  headers: Headers,
  scope: Scope | 'any',
  authenticator: Authenticator,
  teamId: string,
): Promise<boolean> {
  try {
    const principal = await identify(headers, scope, authenticator);
    return principal.teamId === teamId && mayDo(principal, scope);
  } catch (error) {
    return !(error instanceof MinootsError && SHUT_OUT.has(error.code));
  }
}

function mayDo(principal: Principal, scope: Scope | 'any'): boolean {
  return scope === 'any' || authorize(principal, { scope, guest: null }, principal) === 'allowed';
}

/** The team that a request names, by slug or id; null where it names none. */
function teamOf(headers: Headers): string | null {
  const named = headers.get(TEAM_HEADER);
  if (named === null || named === '') return null;
  const team = TeamRef.safeParse(named);
  if (team.success) return team.data;
  const message = 'must be the slug or the id of a team';
  throw invalidRequest([{ pointer: 'Minoots-Team', message }]);
}

function tokenOf(headers: Headers): string | null {
  const authorization = headers.get('authorization');
  if (authorization !== null) return BEARER.exec(authorization)?.[1] ?? null;
  return headers.get('x-api-key');
}
