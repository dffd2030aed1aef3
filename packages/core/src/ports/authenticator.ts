import type { Scope } from '@minoots/contract';

/** Who makes a request. */
export interface Principal {
  type: 'api-key';
  /** Public id of the key; shown as `created_by`. */
  id: string;
  teamId: string;
  scopes: ReadonlySet<Scope>;
}

export interface Authenticator {
  /** Who holds this bearer token, or null when nobody does. */
  authenticate(token: string): Promise<Principal | null>;
}
