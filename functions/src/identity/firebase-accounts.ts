import { type AccountRemover, IdentityUnavailable } from '@minoots/core';
import type { Auth } from 'firebase-admin/auth';

/** Removes people from Firebase Auth, or from its emulator where FIREBASE_AUTH_EMULATOR_HOST names one. */
export class FirebaseAccounts implements AccountRemover {
  readonly #load: () => Promise<Pick<Auth, 'deleteUser'>>;

  /** @param load gives the client library of Firebase Auth, when there is somebody to remove */
  constructor(load: () => Promise<Pick<Auth, 'deleteUser'>>) {
    this.#load = load;
  }

  async remove(userId: string): Promise<void> {
    try {
      await (await this.#load()).deleteUser(userId);
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'auth/user-not-found';
      if (!isGone)
        throw new IdentityUnavailable('Firebase Auth does not remove an account', { cause: error });
    }
  }
}
