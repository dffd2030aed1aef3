import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SigningSecretEntry } from '../domain/signing-secret/state.ts';
import { generateSecretKey, readSecretKeys, SecretBox } from '../identity/secret-box.ts';
import { generateSigningSecret } from '../identity/signing-secret.ts';
import type { AuditLog } from './audit-log.ts';
import { SecretsUnavailable } from './secret-store.ts';
import type { SigningSecretStore } from './signing-secret-store.ts';

const NOW = Date.UTC(2030, 0, 1);

export interface SigningSecretStoreHarness {
  /** A store over what the ones before kept, as another process would have it. */
  open(box: SecretBox): SigningSecretStore;
  audit: AuditLog;
  /** All that is stored, as text. */
  dump(): Promise<string>;
  close(): Promise<void>;
}

/** What every SigningSecretStore keeps to. */
export function signingSecretStoreContract(
  name: string,
  start: () => Promise<SigningSecretStoreHarness>,
): void {
  describe(`${name} as a SigningSecretStore`, () => {
    let harness: SigningSecretStoreHarness;
    let store: SigningSecretStore;
    let keys: string[];
    const newBox = () => new SecretBox(() => readSecretKeys(keys.join('\n')));
    beforeEach(async () => {
      harness = await start();
      keys = [generateSecretKey()];
      store = harness.open(newBox());
    });
    afterEach(() => harness.close());

    const forTeam = (from = store, now = NOW, teamId = 'team_a') => from.forTeam(teamId, now);
    /** Puts a secret before the others, which end at `worksUntil`; keeps none where that has passed. */
    const rotate = async (id: string, worksUntil: number, by = store): Promise<string> => {
      const secret = generateSigningSecret();
      await by.update('team_a', (before) => {
        const others = before.map((entry) => ({ ...entry, worksUntil }));
        const entries = [{ id, madeAt: NOW, worksUntil: null }, ...(worksUntil > NOW ? others : [])];
        return { entries, secret, result: undefined };
      });
      return secret;
    };

    it('makes a secret of 24 to 64 random bytes in the form of Standard Webhooks', async () => {
      const [secret = ''] = await forTeam();
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
      const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64').length;
      expect(bytes).toBeGreaterThanOrEqual(24);
      expect(bytes).toBeLessThanOrEqual(64);
    });

    it('gives parallel first askers the same secret', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => forTeam()));
      expect(new Set(answers.map(String)).size).toBe(1);
    });

    it('keeps the secret, one for each team', async () => {
      const ours = await forTeam();
      const theirs = await forTeam(store, NOW, 'team_b');
      expect(await forTeam(harness.open(newBox()))).toEqual(ours);
      expect(theirs).not.toEqual(ours);
    });

    it('gives both during a rotation, the newer one first, and the older one no longer than it works', async () => {
      const [old] = await forTeam();
      const made = await rotate('sgn_new', NOW + 10);
      for (const each of [store, harness.open(newBox())]) {
        expect(await forTeam(each, NOW)).toEqual([made, old]);
        expect(await forTeam(each, NOW + 9)).toEqual([made, old]);
        expect(await forTeam(each, NOW + 10)).toEqual([made]);
      }
    });

    it('forgets what does not remain', async () => {
      await forTeam();
      const made = await rotate('sgn_new', NOW);
      expect(await forTeam(harness.open(newBox()))).toEqual([made]);
      const known = await store.update('team_a', (entries) => ({ result: entries }));
      expect(known).toEqual([{ id: 'sgn_new', madeAt: NOW, worksUntil: null }]);
    });

    it('rotates what was never asked for', async () => {
      const made = await rotate('sgn_first', NOW);
      expect(await forTeam()).toEqual([made]);
    });

    it('lets each of parallel updates see the one before', async () => {
      await forTeam();
      await Promise.all(Array.from({ length: 8 }, (_, index) => rotate(`sgn_${index}`, NOW + 10)));
      expect(new Set(await forTeam()).size).toBe(9);
    });

    it('writes notes with the change, and changes nothing where the decision throws', async () => {
      const secrets = await forTeam();
      const note = {
        at: 5,
        actor: 'usr_1',
        action: 'signing_secret.rotated',
        subject: null,
        message: 'Rotated',
      };
      await store.update('team_a', () => ({ notes: [note], result: 0 }));
      const refuse = (): { entries: SigningSecretEntry[]; result: number } => {
        throw new Error('no');
      };
      await expect(store.update('team_a', refuse)).rejects.toThrow('no');
      expect(await forTeam(harness.open(newBox()))).toEqual(secrets);
      expect((await harness.audit.list('team_a', 9)).entries).toMatchObject([note]);
    });

    it('stores no secret that could be read without the key', async () => {
      const secrets = [...(await forTeam()), await rotate('sgn_new', NOW + 10)];
      const stored = await harness.dump();
      expect(stored).toContain('team_a');
      for (const secret of secrets) {
        const raw = Buffer.from(secret.slice('whsec_'.length), 'base64');
        for (const text of [secret.slice('whsec_'.length), raw.toString('hex'), raw.toString('base64url')])
          expect(stored).not.toContain(text);
      }
    });

    it('opens what older keys have sealed, and seals it anew', async () => {
      const secrets = await forTeam();
      const [old = ''] = keys;
      keys = [generateSecretKey(), old];
      expect(await forTeam(harness.open(newBox()))).toEqual(secrets);
      keys.pop();
      expect(await forTeam(harness.open(newBox()))).toEqual(secrets);
    });

    it('says so when the key is lost, and has secrets again once they are rotated', async () => {
      await forTeam();
      keys = [generateSecretKey()];
      const keyless = harness.open(newBox());
      await expect(forTeam(keyless)).rejects.toThrow(SecretsUnavailable);
      const made = await rotate('sgn_new', NOW + 10, keyless);
      expect(await forTeam(keyless)).toEqual([made]);
      expect(await forTeam(harness.open(newBox()))).toEqual([made]);
    });
  });
}
