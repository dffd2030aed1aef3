import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SigningSecretStore } from './signing-secret-store.ts';

/** What every SigningSecretStore keeps to. `reopen` gives a store over what the first one kept. */
export function signingSecretStoreContract(
  name: string,
  open: () => Promise<{
    store: SigningSecretStore;
    reopen(): Promise<SigningSecretStore>;
    close(): Promise<void>;
  }>,
): void {
  describe(`${name} as a SigningSecretStore`, () => {
    let harness: Awaited<ReturnType<typeof open>>;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    it('makes a secret of 24 to 64 random bytes in the form of Standard Webhooks', async () => {
      const [secret = ''] = await harness.store.forTeam('team_a');
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
      const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64').length;
      expect(bytes).toBeGreaterThanOrEqual(24);
      expect(bytes).toBeLessThanOrEqual(64);
    });

    it('gives parallel first askers the same secret', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => harness.store.forTeam('team_a')));
      expect(new Set(answers.map(String)).size).toBe(1);
    });

    it('keeps the secret, one for each team', async () => {
      const ours = await harness.store.forTeam('team_a');
      const theirs = await harness.store.forTeam('team_b');
      const reopened = await harness.reopen();
      expect(await reopened.forTeam('team_a')).toEqual(ours);
      expect(theirs).not.toEqual(ours);
    });
  });
}
