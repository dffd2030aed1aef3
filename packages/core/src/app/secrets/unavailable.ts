import { SecretsUnavailable } from '../../ports/secret-store.ts';
import { MinootsError } from '../errors.ts';

/** @throws MinootsError `secrets_unavailable` where secrets cannot be sealed or opened; every other error as it is */
export function asUnavailable(error: unknown): never {
  if (error instanceof SecretsUnavailable) throw new MinootsError('secrets_unavailable', error.message);
  throw error;
}
