import { Scope } from '@minoots/contract';
import type { Principal } from '../ports/authenticator.ts';

/** A key of a team that may do everything. */
export function samplePrincipal(teamId: string): Principal {
  return {
    type: 'api-key',
    id: 'key_owner',
    teamId,
    scopes: new Set(Scope.options),
    role: null,
    person: null,
  };
}
